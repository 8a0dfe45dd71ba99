#include "tools/evidence/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>

#include "events/catalogue.h"
#include "ledger/map_record.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/text.h"
#include "ledger/proof/tlog_proof.h"
#include "tools/evidence/embedded.h"
#include "tools/evidence/part.h"

namespace evidence {

Verdict Check::run() {
    for (const auto step :
         {&Check::read_sums, &Check::read_manifest, &Check::judge_checkpoint, &Check::read_entries,
          &Check::check_ledger, &Check::check_order, &Check::check_selection, &Check::read_streams,
          &Check::check_completeness, &Check::check_parts,
          &Check::check_names, &Check::compare_lists, &Check::check_lines, &Check::check_pages}) {
        if (!(this->*step)()) break;
    }
    return std::move(out_);
}

bool Check::fault(const base::Error& error, std::string_view file,
                  std::optional<std::uint64_t> position) {
    if (!out_.fault) out_.fault = PackFault{error.code, std::string(file), position, error.what};
    return false;
}

bool Check::fault(std::string what, std::string_view file,
                  std::optional<std::uint64_t> position) {
    return fault(base::Error{base::Fault::corrupt, "E_PACK", std::move(what)}, file, position);
}

const std::string* Check::need(std::string_view name, std::optional<std::uint64_t> position) {
    const auto found = files_.find(name);
    if (found != files_.end()) return &found->second;
    fault("it is not in the pack", name, position);
    return nullptr;
}

void Check::note(std::string code) {
    if (std::find(out_.notes.begin(), out_.notes.end(), code) == out_.notes.end()) {
        out_.notes.push_back(std::move(code));
    }
}

// -- the files as such ----------------------------------------------------------------------------

bool Check::read_sums() {
    const auto* sums = need(sums_file);
    if (sums == nullptr) return false;
    const auto position_of = [](std::string_view name) {
        const auto entry = position_in(name, "events/", ".tle");
        return entry ? entry : position_in(name, "proofs/", ".tlog-proof");
    };
    std::set<std::string_view> listed;
    std::string_view rest = *sums;
    while (const auto line = proof::take_line(rest)) {
        constexpr std::size_t digits = 2 * sizeof(proof::Hash);
        if (line->size() <= digits + 2) return fault("a line is too short", sums_file);
        const auto name = line->substr(digits + 2);
        if (!listed.insert(name).second) return fault("a file is listed twice", sums_file);
        const auto found = files_.find(name);
        if (found == files_.end()) {
            if (!name.starts_with(personal_folder)) {
                return fault("it is not in the pack", name, position_of(name));
            }
            absent_.emplace_back(name);
            continue;
        }
        if (events::hex(proof::sha256({found->second})) + "  " != line->substr(0, digits + 2)) {
            return fault("its digest is not the one in SHA256SUMS", name, position_of(name));
        }
    }
    if (!rest.empty()) return fault("its last line is cut short", sums_file);
    for (const auto& [name, bytes] : files_) {
        if (name != sums_file && !listed.contains(name)) {
            return fault("it is not listed in SHA256SUMS", name, position_of(name));
        }
    }
    return true;
}

bool Check::read_manifest() {
    const auto* text = need(manifest_file);
    if (text == nullptr) return false;
    auto manifest = Manifest::parse(*text);
    if (!manifest) return fault(manifest.error(), manifest_file);
    out_.manifest = *std::move(manifest);
    return true;
}

// -- the log --------------------------------------------------------------------------------------

bool Check::judge_checkpoint() {
    const auto* signed_note = need("checkpoint");
    const auto* policy_text = need("policy");
    const auto* keys = need("vkey");
    if (signed_note == nullptr || policy_text == nullptr || keys == nullptr) return false;
    const auto own = proof::Policy::parse(*policy_text);
    if (!own) return fault(own.error(), "policy");
    for (std::string_view rest = *keys; !rest.empty();) {
        const auto line = proof::take_line(rest);
        if (!line) return fault("its last line is cut short", "vkey");
        if (auto key = proof::VerifierKey::parse(*line); !key) return fault(key.error(), "vkey");
    }
    // Who is named on the page follows from the pack alone.
    const auto as_it_says = own->judge(*signed_note);
    if (!as_it_says) return fault(as_it_says.error(), "checkpoint");
    for (const auto& seen : as_it_says->cosigned) cosigners_.push_back(seen.witness);
    out_.own_trust = !trust_.has_value();
    if (out_.own_trust) note("W_PACK_OWN_KEYS");
    policy_ = trust_ ? *trust_ : *own;
    for (const auto& log : policy_.logs()) out_.log_keys.push_back(log.key.text());
    auto judged = policy_.judge(*signed_note);
    if (!judged) return fault(judged.error(), "checkpoint");
    out_.cosigned = judged->cosigned;
    const auto& checkpoint = judged->checkpoint.checkpoint;
    if (!judged->quorum) {
        return fault({base::Fault::corrupt, "E_QUORUM",
                      "fewer witnesses have cosigned than the policy asks for"},
                     "checkpoint");
    }
    auto& manifest = out_.manifest;
    if (checkpoint.origin != manifest.origin || checkpoint.size != manifest.size ||
        checkpoint.root != manifest.root) {
        return fault("origin, size or root are not those of the checkpoint", manifest_file);
    }
    note_ = *signed_note;
    return true;
}

bool Check::read_entries() {
    const std::set<std::uint64_t> context(out_.manifest.context.begin(),
                                          out_.manifest.context.end());
    for (auto at = files_.lower_bound("events/"); at != files_.end(); ++at) {
        if (!at->first.starts_with("events/")) break;
        const auto position = position_in(at->first, "events/", ".tle");
        if (!position) return fault("no event is named so", at->first);
        if (!read_entry(*position, at->second)) return false;
        entries_.at(*position).is_context = context.contains(*position);
    }
    for (auto at = files_.lower_bound("proofs/"); at != files_.end(); ++at) {
        if (!at->first.starts_with("proofs/")) break;
        const auto position = position_in(at->first, "proofs/", ".tlog-proof");
        if (!position || !entries_.contains(*position)) {
            return fault("it proves no event of the pack", at->first, position);
        }
    }
    for (const auto& [position, entry] : entries_) {
        if (!check_proof(position, entry)) return false;
        ++out_.entries;
    }
    return true;
}

bool Check::read_entry(std::uint64_t position, const std::string& bytes) {
    const auto event = events::read_event(bytes);
    if (!event) return fault(event.error(), entry_file(position), position);
    if ((*event)->position() != position) {
        return fault("the event was recorded at another position", entry_file(position), position);
    }
    entries_[position] = Entry{*event, proof::leaf_hash(bytes), false, {}};
    return true;
}

bool Check::check_proof(std::uint64_t position, const Entry& entry) {
    const auto name = proof_file(position);
    const auto* bytes = need(name, position);
    if (bytes == nullptr) return false;
    const auto parsed = proof::TlogProof::parse(*bytes);
    if (!parsed) return fault(parsed.error(), name, position);
    if (parsed->index != position || parsed->extra || parsed->checkpoint != note_ ||
        parsed->encoded() != *bytes) {
        return fault("it is not the proof of this event under this checkpoint", name, position);
    }
    if (proof::verify_inclusion(entry.leaf, position, out_.manifest.size, parsed->path,
                                out_.manifest.root)) {
        return true;
    }
    return fault({base::Fault::corrupt, "E_INCLUSION", "the event is not where the proof says"},
                 name, position);
}

// -- what the events are --------------------------------------------------------------------------

bool Check::check_ledger() {
    const auto facts = facts_of(entries_);
    if (!facts) return fault("the event that opened the ledger is not in the pack", entry_file(0));
    const auto& manifest = out_.manifest;
    if (facts->id != manifest.ledger || facts->kind != manifest.kind) {
        return fault("ledger or kind are not those of the log", manifest_file);
    }
    for (const auto& [position, entry] : entries_) {
        const auto& event = *entry.event;
        const events::CommandId command{events::Id::of(*event.command_id())};
        if (events::Id::of(*event.event_id()) !=
            events::event_id_of(facts->id, command, event.command_index())) {
            return fault("the event's id does not follow from its command", entry_file(position),
                         position);
        }
    }
    return true;
}

bool Check::check_order() {
    auto last = events::Instant{INT64_MIN};
    for (const auto& [position, entry] : entries_) {
        const auto at = events::Instant::of(*entry.event->recorded_at());
        if (at < last) {
            return fault("recorded earlier than an event before it", entry_file(position),
                         position);
        }
        last = at;
    }
    return true;
}

bool Check::check_selection() {
    const auto& manifest = out_.manifest;
    const auto& asked = manifest.asked;
    if (asked.upto > manifest.size || asked.from > asked.upto) {
        return fault("the positions asked for are not those of the log", manifest_file);
    }
    for (const auto* time : {&asked.recorded_from, &asked.recorded_to}) {
        if (!time->empty() && !events::Instant::parse(*time)) {
            return fault("a time asked for is none", manifest_file);
        }
    }
    if (asked.person && asked.streams != streams_of(*asked.person, entries_)) {
        return fault("the streams are not those of the person", manifest_file);
    }
    std::uint64_t count = 0;
    std::vector<std::uint64_t> context;
    for (const auto& [position, entry] : entries_) {
        if (entry.is_context) {
            context.push_back(position);
            continue;
        }
        ++count;
        if (!fits(asked, *entry.event)) {
            return fault("the event is not what was asked for", entry_file(position), position);
        }
    }
    if (context != manifest.context) {
        return fault("events beside the ones asked for are missing", manifest_file);
    }
    if (count != manifest.events) return fault("it counts the events wrongly", manifest_file);
    return true;
}

bool Check::read_streams() {
    for (auto at = files_.lower_bound(streams_folder); at != files_.end(); ++at) {
        if (!at->first.starts_with(streams_folder)) break;
        if (!read_stream(at->first, at->second)) return false;
    }
    return true;
}

bool Check::read_stream(const std::string& name, const std::string& text) {
    const auto parsed = proof::CompletenessProof::parse(text);
    if (!parsed) return fault(parsed.error(), name);
    if (name != stream_file(parsed->stream) || parsed->inclusion.checkpoint != note_ ||
        parsed->encoded() != text) {
        return fault("it is not the proof of this stream under this checkpoint", name);
    }
    const auto proven = proof::verify(*parsed, policy_, ledger::read_map_record);
    if (!proven) return fault(proven.error(), name);
    listed_.push_back({proven->stream, proven->state, proven->record.size});
    return true;
}

bool Check::check_completeness() {
    const auto shown = shown_by(out_.manifest.asked, entries_, listed_);
    if (!shown) return fault(shown.error(), manifest_file);
    out_.shown = *shown;
    switch (shown->completeness) {
        case Completeness::nothing: note("W_PACK_CHOICE"); break;
        case Completeness::gapless: note("W_PACK_GAPLESS"); break;
        case Completeness::streams: note("W_PACK_LISTED"); break;
        case Completeness::positions: break;
    }
    return true;
}

// -- what is opened -------------------------------------------------------------------------------

bool Check::check_parts() {
    std::vector<PartState> listed;
    for (const auto& [position, entry] : entries_) {
        if (entry.event->sealed() == nullptr) continue;
        for (const auto* part : *entry.event->sealed()) {
            listed.push_back({position, part->personal_class(), events::Id::of(*part->subject()),
                              PartState::State::closed});
        }
    }
    const auto& said = out_.manifest.parts;
    const auto same_part = [](const PartState& a, const PartState& b) {
        return a.position == b.position && a.personal_class == b.personal_class &&
               a.subject == b.subject;
    };
    if (!std::equal(listed.begin(), listed.end(), said.begin(), said.end(), same_part)) {
        return fault("it does not list the sealed parts of the events", manifest_file);
    }
    for (std::size_t i = 0; i < said.size(); ++i) {
        if (!check_part(i)) return false;
    }
    if (out_.absent > 0) note("W_PACK_ABSENT");
    return true;
}

bool Check::check_part(std::size_t index) {
    const auto& part = out_.manifest.parts[index];
    const auto name = part_file(part.position, part.personal_class);
    const auto found = files_.find(name);
    if (part.state != PartState::State::opened) {
        if (found != files_.end()) return fault("nobody opened this part", name, part.position);
        ++(part.state == PartState::State::closed ? out_.closed : out_.erased);
        return true;
    }
    if (found == files_.end()) {
        if (std::find(absent_.begin(), absent_.end(), name) == absent_.end()) {
            return fault("it is not listed in SHA256SUMS", name, part.position);
        }
        ++out_.absent;
        return true;
    }
    auto& entry = entries_.at(part.position);
    const auto good = evidence::check_part(out_.manifest.ledger, *entry.event, part.personal_class,
                                           found->second, entry.personal.fields);
    if (!good) return fault(good.error(), name, part.position);
    part_files_.push_back(found->second);
    ++out_.opened;
    return true;
}

// -- what is made of them -------------------------------------------------------------------------

bool Check::compare(std::string_view name, const std::string& made) {
    const auto* there = need(name);
    if (there == nullptr) return false;
    if (*there == made) return true;
    if (same_lists_) return fault("it does not say what the events say", name);
    note("W_PACK_UNREAD");
    return true;
}

bool Check::check_lines() { return compare(lines_file, lines_of(entries_)); }

bool Check::check_pages() {
    const Names names(files_);
    const PageSource source{out_.manifest, entries_, names, cosigners_, out_.shown};
    if (!compare(page_file, page_of(source, nullptr))) return false;
    out_.page_checked = same_lists_;
    if (!files_.contains(personal_page_file)) return true;
    if (out_.absent > 0) {
        note("W_PACK_PERSONAL_PAGE");
        return true;
    }
    const auto salt = page_salt(part_files_);
    if (!compare(personal_page_file, page_of(source, &salt))) return false;
    out_.personal_page_checked = same_lists_;
    return true;
}

bool Check::check_names() {
    static const std::set<std::string_view> known = {
        manifest_file, sums_file, readme_file, lines_file, page_file, personal_page_file,
        "checkpoint",  "policy",  "vkey"};
    std::set<std::string> parts;
    for (const auto& part : out_.manifest.parts) {
        parts.insert(part_file(part.position, part.personal_class));
    }
    for (const auto& [name, bytes] : files_) {
        if (known.contains(name) || parts.contains(name) || name.starts_with("events/") ||
            name.starts_with("proofs/") || name.starts_with("schema/") ||
            name.starts_with("code_lists/") || name.starts_with(streams_folder)) {
            continue;
        }
        return fault("no pack has such a file", name);
    }
    return true;
}

bool Check::compare_lists() {
    std::size_t same = 0, there = 0;
    for (const auto& [name, bytes] : files_) {
        there += name.starts_with("schema/") || name.starts_with("code_lists/") ? 1 : 0;
    }
    for (const auto& file : embedded_files()) {
        const auto found = files_.find(file.name);
        if (found != files_.end() && found->second == file.bytes) ++same;
    }
    const auto* readme = need(readme_file);
    if (readme == nullptr) return false;
    same_lists_ = same == there && there == embedded_files().size() && *readme == readme_text();
    if (!same_lists_) note("W_PACK_OTHER_LISTS");
    return true;
}

Verdict verify_files(const Files& files, const Trust& trust) {
    Verdict out;
    try {
        return Check(files, trust).run();
    } catch (const std::exception& failure) {
        // A log that somebody made up can hold texts which no JSON may hold.
        out.fault = PackFault{"E_PACK", {}, {}, failure.what()};
    }
    return out;
}

Verdict verify_pack(std::string_view bytes, const Trust& trust) {
    const auto files = read_zip(bytes);
    if (files) return verify_files(*files, trust);
    Verdict out;
    out.fault = PackFault{files.error().code, {}, {}, files.error().what};
    return out;
}

}  // namespace evidence
