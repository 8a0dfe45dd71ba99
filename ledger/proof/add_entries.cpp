#include "ledger/proof/add_entries.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/proof/base64.h"
#include "ledger/proof/text.h"
#include "ledger/proof/tile_path.h"

namespace proof {
namespace {

/// Takes fields off a buffer that may end too early.
class Fields {
public:
    explicit Fields(std::string_view rest) : rest_(rest), whole_(rest.size()) {}

    std::uint64_t number(int bytes) {
        const auto raw = take(static_cast<std::size_t>(bytes));
        return good_ ? get_be(raw, bytes) : 0;
    }
    std::string_view take(std::size_t bytes) {
        good_ = good_ && rest_.size() >= bytes;
        if (!good_) return {};
        const auto out = rest_.substr(0, bytes);
        rest_.remove_prefix(bytes);
        return out;
    }
    std::string_view sized() { return take(static_cast<std::size_t>(number(2))); }
    bool good() const { return good_; }
    std::size_t taken() const { return whole_ - rest_.size(); }

private:
    std::string_view rest_;
    std::size_t whole_;
    bool good_ = true;
};

void put_sized(std::string& out, std::string_view bytes) {
    put_be(out, bytes.size(), 2);
    out += bytes;
}

}  // namespace

std::string UploadHead::encoded() const {
    std::string out;
    put_sized(out, origin);
    put_be(out, start, 8);
    put_be(out, end, 8);
    put_sized(out, ticket);
    return out;
}

PackageSpan PackageSpan::at(std::uint64_t at, std::uint64_t upload_end) {
    const auto from = at - at % tile_width;
    return {from, at, std::min(upload_end, from + tile_width)};
}

std::string EntryPackage::encoded() const {
    std::string out;
    for (const auto& entry : entries) put_sized(out, entry);
    put_be(out, path.size(), 1);
    for (const auto& hash : path) out += bytes_of(hash);
    return out;
}

std::string MirrorInfo::encoded() const {
    return fmt::format("{}\n{}\n{}\n", size, next, base64(ticket));
}

base::Result<MirrorInfo> MirrorInfo::parse(std::string_view text) {
    const base::Error bad{base::Fault::invalid, "E_MIRROR_INFO",
                          "what the mirror says of itself is not size, next entry and ticket"};
    std::optional<std::string_view> lines[3];
    for (auto& line : lines)
        if (line = take_line(text); !line) return bad;
    const auto size = decimal(*lines[0]), next = decimal(*lines[1]);
    auto ticket = unbase64(*lines[2]);
    if (!size || !next || !ticket || !text.empty()) return bad;
    return MirrorInfo{*size, *next, *std::move(ticket)};
}

std::optional<UploadHead> UploadReader::head() {
    Fields fields(buffer_);
    UploadHead out;
    out.origin = fields.sized();
    out.start = fields.number(8);
    out.end = fields.number(8);
    out.ticket = fields.sized();
    if (!fields.good()) return std::nullopt;
    buffer_.erase(0, fields.taken());
    return out;
}

base::Result<std::optional<EntryPackage>> UploadReader::package(std::size_t entries) {
    using Found = std::optional<EntryPackage>;
    Fields fields(buffer_);
    std::vector<std::string_view> found;
    for (std::size_t i = 0; i < entries && fields.good(); ++i) found.push_back(fields.sized());
    const auto hashes = static_cast<std::size_t>(fields.number(1));
    if (fields.good() && hashes > path_hashes_max) {
        return base::Error{base::Fault::invalid, "E_ADD_ENTRIES",
                           "a package proves itself by more than 63 hashes"};
    }
    const auto raw = fields.take(hashes * sizeof(Hash));
    if (!fields.good()) return Found();
    EntryPackage out{{found.begin(), found.end()}, Path(hashes)};
    for (std::size_t i = 0; i < hashes; ++i)
        std::copy_n(raw.begin() + static_cast<std::ptrdiff_t>(i * sizeof(Hash)), sizeof(Hash),
                    out.path[i].begin());
    buffer_.erase(0, fields.taken());
    return Found(std::move(out));
}

}  // namespace proof
