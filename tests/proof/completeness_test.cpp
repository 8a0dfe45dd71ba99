#include "ledger/proof/completeness.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ledger/proof/text.h"
#include "tests/proof/published_log.h"

namespace {

using proof::StreamState;

events::StreamId stream(std::uint8_t number) {
    events::StreamId out{events::StreamKind::talent, {}};
    out.id.bytes[0] = number;
    return out;
}

/// Stands for the event: position, size, streams, root.
std::string record_bytes(const proof::MapRecord& record) {
    std::string out;
    for (const auto number : {record.position, record.size, record.streams})
        proof::put_be(out, number, 8);
    return out.append(proof::bytes_of(record.root));
}

base::Result<proof::MapRecord> read_record(std::string_view bytes) {
    if (bytes.size() != 56) return base::Error{base::Fault::invalid, "E_PROOF", "not a record"};
    proof::MapRecord out{proof::get_be(bytes, 8), proof::get_be(bytes.substr(8), 8),
                         proof::get_be(bytes.substr(16), 8),
                         {}};
    std::copy_n(bytes.begin() + 24, 32, out.root.begin());
    return out;
}

/// A log of two entries: something, and the record of a map with one stream.
struct SmallLog {
    proof::SigningKey key = *proof::SigningKey::parse(test::published_key);
    proof::Policy policy = proof::Policy::of(key.verifier());
    StreamState known{14, 0};

    proof::CompletenessProof prove(std::uint8_t number, std::uint64_t says_position = 1) const {
        const auto present = proof::stream_key(stream(1));
        proof::MapRecord record{says_position, 1, 1, proof::map_root({{present, known}})};
        proof::CompletenessProof out;
        out.stream = stream(number);
        if (number == 1) {
            out.state = known;
        } else {
            out.map = path_beside(number, present);
        }
        out.record = record_bytes(record);
        const auto first = proof::leaf_hash("something");
        const auto root = proof::node_hash(first, proof::leaf_hash(out.record));
        const auto text = proof::Checkpoint{key.name(), 2, root}.text();
        out.inclusion = {std::nullopt, 1, {first},
                         proof::Note{text, {key.sign_note(text)}}.encoded()};
        return out;
    }
    /// Where the two keys part, the other one's lonely subtree is the only sibling.
    proof::MapProof path_beside(std::uint8_t number, const proof::Hash& present) const {
        const auto bit = [](const proof::Hash& key_hash, std::size_t depth) {
            return (key_hash[depth / 8] >> (7 - depth % 8) & 1) != 0;
        };
        const auto absent = proof::stream_key(stream(number));
        std::size_t parting = 0;
        while (bit(absent, parting) == bit(present, parting)) ++parting;
        auto sibling = proof::stream_leaf(present, known);
        const proof::Hash nothing{};
        for (std::size_t depth = 256; --depth > parting;)
            sibling = bit(present, depth) ? proof::node_hash(nothing, sibling)
                                          : proof::node_hash(sibling, nothing);
        proof::MapProof out;
        out.present.set(parting);
        out.siblings.push_back(sibling);
        return out;
    }
};

}  // namespace

TEST_CASE("A stream and its absence are proven from the claim to the signature") {
    const SmallLog log;
    for (const auto number : std::initializer_list<std::uint8_t>{1, 2, 3, 77}) {
        const auto made = log.prove(number);
        const auto parsed = proof::CompletenessProof::parse(made.encoded());
        REQUIRE(parsed);
        CHECK(parsed->encoded() == made.encoded());
        const auto proven = proof::verify(*parsed, log.policy, read_record);
        REQUIRE(proven);
        CHECK(proven->stream == stream(number));
        CHECK(proven->state == (number == 1 ? std::optional(log.known) : std::nullopt));
        CHECK(proven->record.size == 1);
        CHECK(proven->under.checkpoint.size == 2);
    }
}

TEST_CASE("A wrong count, a denied stream and an invented one are refused") {
    const SmallLog log;
    auto proof_of_one = log.prove(1);
    for (const auto& lie : {std::optional(StreamState{13, 0}), std::optional(StreamState{15, 0}),
                            std::optional<StreamState>()}) {
        proof_of_one.state = lie;
        CHECK(proof::verify(proof_of_one, log.policy, read_record).error().code ==
              "E_COMPLETENESS");
    }
    // An event that the map cannot know yet.
    proof_of_one.state = StreamState{14, 1};
    CHECK(proof::verify(proof_of_one, log.policy, read_record).error().code == "E_COMPLETENESS");
    auto invented = log.prove(2);
    invented.state = StreamState{1, 0};
    CHECK(proof::verify(invented, log.policy, read_record).error().code == "E_COMPLETENESS");
}

TEST_CASE("A record that says another position than it stands at is refused") {
    const SmallLog log;
    CHECK(proof::verify(log.prove(1, 7), log.policy, read_record).error().code ==
          "E_COMPLETENESS");
    auto altered = log.prove(1);
    altered.record.back() = static_cast<char>(altered.record.back() ^ 1);
    CHECK(proof::verify(altered, log.policy, read_record).error().code == "E_INCLUSION");
}

TEST_CASE("Every flipped bit of a proof of completeness is noticed") {
    const SmallLog log;
    const auto bytes = log.prove(2).encoded();
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto altered = bytes;
        altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ 1 << bit % 8);
        const auto parsed = proof::CompletenessProof::parse(altered);
        if (!parsed) continue;
        // Another stream that is not there either is another true claim.
        if (parsed->stream != stream(2)) continue;
        INFO(bit);
        REQUIRE_FALSE(proof::verify(*parsed, log.policy, read_record));
    }
}

TEST_CASE("A cut proof of completeness is refused, wherever it is cut") {
    const auto bytes = SmallLog().prove(1).encoded();
    for (std::size_t size = 0; size < bytes.size(); ++size)
        REQUIRE_FALSE(proof::CompletenessProof::parse(bytes.substr(0, size)));
}
