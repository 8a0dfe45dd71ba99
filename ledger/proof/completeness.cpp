#include "ledger/proof/completeness.h"

#include <fmt/format.h>

#include "ledger/proof/base64.h"
#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::string_view header = "ledger/completeness/v1";
constexpr std::string_view no_state = "none";

base::Error bad_proof(std::string_view what) {
    return {base::Fault::invalid, "E_PROOF", fmt::format("the proof is malformed: {}", what)};
}

base::Error incomplete(std::string what) {
    return {base::Fault::corrupt, "E_COMPLETENESS", std::move(what)};
}

/// The rest of a line that begins with `word` and a space.
std::optional<std::string_view> take_value(std::string_view& rest, std::string_view word) {
    auto line = take_line(rest);
    if (!line || !line->starts_with(word)) return std::nullopt;
    line->remove_prefix(word.size());
    if (!line->starts_with(' ')) return std::nullopt;
    return line->substr(1);
}

std::string text_of(const std::optional<StreamState>& state) {
    return state ? fmt::format("{} {}", state->count, state->last) : std::string(no_state);
}

base::Result<std::optional<StreamState>> parse_state(std::string_view text) {
    if (text == no_state) return std::optional<StreamState>();
    const auto space = text.find(' ');
    const auto count = decimal(text.substr(0, space));
    const auto last =
        space == std::string_view::npos ? std::nullopt : decimal(text.substr(space + 1));
    if (!count || !last || *count == 0) return bad_proof("a state is `COUNT LAST` or `none`");
    return std::optional(StreamState{*count, *last});
}

}  // namespace

base::Result<void> verify_map(const events::StreamId& stream,
                              const std::optional<StreamState>& state, const MapProof& proof,
                              const MapRecord& record) {
    if (state && state->last >= record.size) {
        return incomplete(fmt::format("position {} is not among the first {} events, of which "
                                      "the map is",
                                      state->last, record.size));
    }
    const auto root = map_root(stream, state, proof);
    if (!root) return root.error();
    if (*root == record.root) return {};
    return incomplete(fmt::format("the map of {} events does not say that of {}", record.size,
                                  stream.text()));
}

std::string CompletenessProof::encoded() const {
    return fmt::format("{}\nstream {}\nstate {}\nmap {}\nrecord {}\n", header, stream.text(),
                       text_of(state), base64(map.encoded()), base64(record)) +
           inclusion.encoded();
}

base::Result<CompletenessProof> CompletenessProof::parse(std::string_view text) {
    if (take_line(text) != header) return bad_proof("it does not begin with its name");
    CompletenessProof out;
    const auto name = take_value(text, "stream");
    const auto stream = name ? events::StreamId::parse(*name) : std::nullopt;
    if (!stream || stream->text() != *name) return bad_proof("a stream is `KIND/ID`");
    out.stream = *stream;
    const auto said = take_value(text, "state");
    if (!said) return bad_proof("there is no state");
    const auto state = parse_state(*said);
    if (!state) return state.error();
    out.state = *state;
    const auto map = take_value(text, "map");
    const auto path = map ? unbase64(*map) : std::nullopt;
    if (!path) return bad_proof("the map's path is not base64");
    auto read = MapProof::parse(*path);
    if (!read) return read.error();
    out.map = *std::move(read);
    const auto record = take_value(text, "record");
    auto bytes = record ? unbase64(*record) : std::nullopt;
    if (!bytes) return bad_proof("the record is not base64");
    out.record = *std::move(bytes);
    auto inclusion = TlogProof::parse(text);
    if (!inclusion) return inclusion.error();
    out.inclusion = *std::move(inclusion);
    return out;
}

base::Result<ProvenStream> verify(const CompletenessProof& proof, const Policy& policy,
                                  const ReadMapRecord& read) {
    auto under = verify(proof.inclusion, leaf_hash(proof.record), policy);
    if (!under) return under.error();
    const auto record = read(proof.record);
    if (!record) return record.error();
    if (record->position != proof.inclusion.index || record->size > record->position) {
        return incomplete(fmt::format("the record of the map says position {}, but stands at {}",
                                      record->position, proof.inclusion.index));
    }
    if (auto fits = verify_map(proof.stream, proof.state, proof.map, *record); !fits)
        return fits.error();
    return ProvenStream{proof.stream, proof.state, *record, *std::move(under)};
}

}  // namespace proof
