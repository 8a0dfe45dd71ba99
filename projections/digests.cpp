#include "projections/digests.h"

#include <openssl/evp.h>

#include <memory>

namespace projections {

namespace {

class Sha256 {
public:
    Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        ENSURE(EVP_DigestInit_ex2(context_.get(), sha256, nullptr) == 1, "hashing does not fail");
    }
    void add(std::string_view bytes) {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    events::Hash take() {
        events::Hash out;
        EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
        return out;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

void put_text(std::string& out, std::string_view text) {
    put_u32(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

/// The row with texts instead of word numbers, sortable by day.
std::string written_out(const Row& row, const Dictionaries& words) {
    std::string out;
    put_u32(out, static_cast<std::uint32_t>(row.day) + 0x80000000u);
    const auto place = [&](Word word) { put_text(out, words.places.text(word)); };
    const auto text = [&](Word word) { put_text(out, words.texts.text(word)); };
    const auto traits = [&](Word word) { put_text(out, words.traits.text(word)); };
    const auto number = [&](std::uint32_t value) { put_u32(out, value); };
    if (row.table == Table::breaches) {
        const BreachRow breach = BreachRow::of(row);
        text(breach.code), text(breach.what), put_text(out, breach.talent.text());
        put_u64(out, breach.event), put_u64(out, breach.caused_by);
        number(static_cast<std::uint32_t>(breach.until));
        return out;
    }
    if (row.table == Table::homes) {
        const HomeRow home = HomeRow::of(row);
        place(home.place), traits(home.traits);
    } else if (row.table == Table::moves) {
        const MoveRow move = MoveRow::of(row);
        number(static_cast<Word>(move.kind)), number(move.mode);
        place(move.from_place), place(move.to_place), text(move.external);
        traits(move.traits), text(move.team_from);
        number(static_cast<std::uint32_t>(move.other_day));
    } else {
        const ServiceRow service = ServiceRow::of(row);
        number(service.planned), text(service.kind), place(service.home_place);
        text(service.residence), text(service.served), place(service.host_place);
        traits(service.traits), number(service.days), number(service.active);
        number(service.workday_mday), number(service.restday_mday);
    }
    return out;
}

}  // namespace

base::Result<std::map<std::string, events::Hash>> digests_of(const Store& store,
                                                             const Store::Snapshot& snapshot,
                                                             const Dictionaries& words) {
    Sha256 stock, flow, use, net, breaches;
    for (Table table : {Table::homes, Table::moves, Table::services, Table::breaches}) {
        std::map<std::string, std::int64_t> sums;
        constexpr events::Date first{std::numeric_limits<std::int32_t>::min()};
        auto read = store.rows(snapshot, table, first, events::forever, [&](const SignedRow& row) {
            const int step = table == Table::homes ? HomeRow::of(row.row).step() : 1;
            sums[written_out(row.row, words)] += row.sign * step;
        });
        if (!read) return read.error();
        for (const auto& [row, sum] : sums) {
            if (sum == 0) continue;
            std::string bytes = row;
            put_u64(bytes, static_cast<std::uint64_t>(sum));
            if (table == Table::homes) stock.add(bytes), net.add(bytes);
            if (table == Table::moves) flow.add(bytes), net.add(bytes);
            if (table == Table::services) use.add(bytes);
            if (table == Table::breaches) breaches.add(bytes);
        }
    }
    Sha256 agenda;
    const auto add_note = [&](std::string_view key, std::string_view day) {
        agenda.add(key);
        agenda.add(day);
    };
    if (auto read = store.notes("A", add_note, &snapshot); !read) return read.error();
    return std::map<std::string, events::Hash>{{"agenda", agenda.take()},
                                               {"breaches", breaches.take()},
                                               {"stock", stock.take()},
                                               {"flow-matrix", flow.take()},
                                               {"use-matrix", use.take()},
                                               {"net-inflow", net.take()}};
}

}  // namespace projections
