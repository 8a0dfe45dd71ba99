#include <fmt/format.h>

#include <algorithm>

#include "ledger/map_record.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/tlog_proof.h"
#include "tools/evidence/embedded.h"
#include "tools/evidence/layout.h"
#include "tools/evidence/pack.h"

namespace evidence {
namespace {

/// Puts the files of a pack together, those that follow from others last.
class Maker {
public:
    explicit Maker(Contents contents) : contents_(std::move(contents)) {}

    base::Result<std::string> make();

private:
    base::Result<void> judge();
    base::Result<void> add_entries();
    base::Result<void> add_parts(std::uint64_t position, Entry& entry,
                                 const Contents::Entry& from);
    base::Result<std::vector<ListedStream>> add_streams();
    base::Result<void> describe();
    void add_readings(const Shown& shown);

    Contents contents_;
    Files files_;
    Entries entries_;
    std::vector<std::string> cosigners_;
    std::vector<std::string> part_files_;
};

base::Result<void> Maker::judge() {
    const auto policy = proof::Policy::parse(contents_.policy);
    if (!policy) return policy.error();
    const auto judged = policy->judge(contents_.checkpoint);
    if (!judged) return judged.error();
    const auto& checkpoint = judged->checkpoint.checkpoint;
    contents_.manifest.origin = checkpoint.origin;
    contents_.manifest.size = checkpoint.size;
    contents_.manifest.root = checkpoint.root;
    for (const auto& seen : judged->cosigned) cosigners_.push_back(seen.witness);
    files_["checkpoint"] = contents_.checkpoint;
    files_["policy"] = contents_.policy;
    files_["vkey"] = contents_.vkeys;
    return {};
}

base::Result<void> Maker::add_entries() {
    auto& manifest = contents_.manifest;
    for (const auto& [position, from] : contents_.entries) {
        const auto& bytes = files_[entry_file(position)] = from.bytes;
        const auto event = events::read_event(bytes);
        if (!event) return event.error();
        auto& entry = entries_[position];
        entry = Entry{*event, proof::leaf_hash(bytes), from.is_context, {}};
        files_[proof_file(position)] =
            proof::TlogProof{std::nullopt, position, from.path, contents_.checkpoint}.encoded();
        if (from.is_context) {
            manifest.context.push_back(position);
        } else {
            ++manifest.events;
        }
    }
    // Sealed parts are opened for the ledger that the first entry names.
    if (const auto facts = facts_of(entries_)) {
        manifest.ledger = facts->id;
        manifest.kind = facts->kind;
    }
    for (auto& [position, entry] : entries_) {
        if (auto done = add_parts(position, entry, contents_.entries.at(position)); !done) {
            return done.error();
        }
    }
    return {};
}

base::Result<void> Maker::add_parts(std::uint64_t position, Entry& entry,
                                    const Contents::Entry& from) {
    if (entry.event->sealed() == nullptr) return {};
    for (const auto* part : *entry.event->sealed()) {
        PartState state{position, part->personal_class(), events::Id::of(*part->subject()),
                        PartState::State::closed};
        if (from.erased.contains(state.personal_class)) state.state = PartState::State::erased;
        const auto opened = from.opened.find(state.personal_class);
        if (opened != from.opened.end()) {
            auto file = write_part(contents_.manifest.ledger, *entry.event, state.personal_class,
                                   opened->second, entry.personal.fields);
            if (!file) return file.error();
            part_files_.push_back(*file);
            files_[part_file(position, state.personal_class)] = *std::move(file);
            state.state = PartState::State::opened;
        }
        contents_.manifest.parts.push_back(state);
    }
    return {};
}

base::Result<void> Maker::describe() {
    auto& asked = contents_.manifest.asked;
    if (asked.person) asked.streams = streams_of(*asked.person, entries_);
    const auto listed = add_streams();
    if (!listed) return listed.error();
    const auto shown = shown_by(asked, entries_, *listed);
    if (!shown) return shown.error();
    for (const auto& file : embedded_files()) files_[std::string(file.name)] = file.bytes;
    files_[std::string(readme_file)] = readme_text();
    files_[std::string(manifest_file)] = contents_.manifest.encoded();
    add_readings(*shown);
    files_[std::string(sums_file)] = sums_of(files_);
    return {};
}

base::Result<std::vector<ListedStream>> Maker::add_streams() {
    std::vector<ListedStream> out;
    for (const auto& proof : contents_.streams) {
        const auto record = ledger::read_map_record(proof.record);
        if (!record) return record.error();
        out.push_back({proof.stream, proof.state, record->size});
        files_[stream_file(proof.stream)] = proof.encoded();
    }
    return out;
}

void Maker::add_readings(const Shown& shown) {
    files_[std::string(lines_file)] = lines_of(entries_);
    const Names names(files_);
    const PageSource source{contents_.manifest, entries_, names, cosigners_, shown};
    files_[std::string(page_file)] = page_of(source, nullptr);
    if (part_files_.empty()) return;
    const auto salt = page_salt(part_files_);
    files_[std::string(personal_page_file)] = page_of(source, &salt);
}

base::Result<std::string> Maker::make() {
    if (contents_.entries.size() > pack_events_max) {
        return base::Error{base::Fault::invalid, "E_PACK_TOO_LARGE",
                           fmt::format("a pack holds at most {} events", pack_events_max)};
    }
    for (const auto step : {&Maker::judge, &Maker::add_entries, &Maker::describe}) {
        if (auto done = (this->*step)(); !done) return done.error();
    }
    auto bytes = write_zip(files_, manifest_file, contents_.manifest.made_at.micros);
    if (!bytes) return bytes.error();
    const auto verdict = verify_pack(*bytes, {});
    if (const auto& fault = verdict.fault) {
        return base::Error{base::Fault::corrupt, fault->code,
                           fmt::format("the pack would not stand: {}: {}", fault->file,
                                       fault->what)};
    }
    return bytes;
}

bool fits(const Redaction& what, const PartState& part) {
    return part.state == PartState::State::opened &&
           (!what.position || *what.position == part.position) &&
           (!what.subject || *what.subject == part.subject) &&
           (!what.personal_class || *what.personal_class == part.personal_class);
}

}  // namespace

base::Result<std::string> make_pack(Contents contents) { return Maker(std::move(contents)).make(); }

base::Result<Redacted> redact_pack(std::string_view bytes, const Redaction& what) {
    auto files = read_zip(bytes);
    if (!files) return files.error();
    const auto text = files->find(manifest_file);
    if (text == files->end()) {
        return base::Error{base::Fault::corrupt, "E_PACK_FORMAT", "there is no manifest.json"};
    }
    const auto manifest = Manifest::parse(text->second);
    if (!manifest) return manifest.error();
    Redacted out;
    for (const auto& part : manifest->parts) {
        if (fits(what, part)) out.parts += files->erase(part_file(part.position,
                                                                  part.personal_class));
    }
    if (out.parts > 0) files->erase(std::string(personal_page_file));
    auto packed = write_zip(*files, manifest_file, manifest->made_at.micros);
    if (!packed) return packed.error();
    out.bytes = *std::move(packed);
    return out;
}

}  // namespace evidence
