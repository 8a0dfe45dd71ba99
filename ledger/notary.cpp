#include "ledger/notary.h"

#include <fmt/format.h>

#include "ledger/proof/cose_receipt.h"

namespace ledger {
namespace {

/// What the log says of its own signing.
struct Recorded {
    std::string origin;
    bool was_signed = false;
};

base::Error corrupt(const char* code, std::string what) {
    return {base::Fault::corrupt, code, std::move(what)};
}

/// Of all keys that ever signed under this origin, the one whose signature the note carries.
base::Result<proof::SignedCheckpoint> open_note(std::string_view note,
                                                const std::vector<proof::VerifierKey>& verifiers) {
    for (const auto& key : verifiers) {
        auto opened = proof::SignedCheckpoint::open(note, key);
        if (opened) return opened;
        if (opened.error().code != "E_NOT_SIGNED") break;
    }
    return corrupt("E_SIGNING_DAMAGED",
                   "the newest checkpoint of the signing folder is not signed by the log's key");
}

proof::Note sign_tree(const std::vector<proof::SigningKey>& keys, std::uint64_t size,
                      const proof::Hash& root) {
    const proof::Checkpoint checkpoint{keys.front().name(), size, root};
    proof::Note note{checkpoint.text(), {}};
    for (const auto& key : keys) note.signatures.push_back(key.sign_note(note.text));
    return note;
}

/// Signing began when the log says so; an origin changes only by a restoration on record.
base::Result<Recorded> read_log(const Ledger& ledger) {
    using events::schema::Payload;
    Recorded out{ledger.info().origin, false};
    const events::StreamId ops{events::StreamKind::ops, ledger.info().id};
    constexpr std::size_t page = 1'024;
    for (events::Revision from{1};;) {
        const auto positions = ledger.positions(ops, from, page);
        for (const auto position : positions) {
            const auto stored = ledger.event(position);
            if (!stored) return stored.error();
            const auto& event = stored->event();
            if (event.payload_type() == Payload::CheckpointRecorded) out.was_signed = true;
            if (const auto* restored = event.payload_as_LogRestored())
                out.origin = restored->new_origin()->str();
        }
        if (positions.size() < page) return out;
        from.value += static_cast<std::uint32_t>(page);
    }
}

}  // namespace

base::Result<std::unique_ptr<Notary>> Notary::open(const Ledger& ledger,
                                                   const std::filesystem::path& signing,
                                                   base::Random& random) {
    const auto recorded = read_log(ledger);
    if (!recorded) return recorded.error();
    std::optional<std::string> fresh;
    if (!recorded->was_signed) fresh = recorded->origin;
    auto folder = SigningFolder::open(signing, fresh, random);
    if (!folder) return folder.error();
    std::unique_ptr<Notary> out(new Notary(ledger, *std::move(folder)));
    if (auto fits = out->compare(recorded->origin); !fits) return fits.error();
    return out;
}

base::Result<void> Notary::compare(const std::string& origin) const {
    if (folder_->keys().front().name() != origin) {
        return corrupt("E_ORIGIN", fmt::format("the signing folder is of {}, the log is {}",
                                               folder_->keys().front().name(), origin));
    }
    if (folder_->checkpoint().empty()) return {};
    const auto note = open_note(folder_->checkpoint(), folder_->verifiers());
    if (!note) return note.error();
    const auto* newest = &note->checkpoint;
    const auto head = ledger_.head();
    if (newest->size > head.size) {
        return corrupt("E_LOG_ROLLED_BACK",
                       fmt::format("{} events have been signed as {}, but the log holds {}",
                                   newest->size, origin, head.size));
    }
    const auto root = ledger_.root(newest->size);
    if (root != newest->root) {
        return corrupt("E_LOG_FORKED",
                       fmt::format("the first {} events were signed with root {}, the log's is {}",
                                   newest->size, events::hex(newest->root), events::hex(root)));
    }
    return {};
}

std::string Notary::origin() const {
    const std::lock_guard lock(mutex_);
    return folder_->keys().front().name();
}

std::vector<proof::VerifierKey> Notary::verifiers() const {
    const std::lock_guard lock(mutex_);
    return folder_->verifiers();
}

std::string Notary::published() const {
    const std::lock_guard lock(mutex_);
    return folder_->published();
}

std::optional<proof::Checkpoint> Notary::published_checkpoint() const {
    const std::lock_guard lock(mutex_);
    if (folder_->published().empty()) return std::nullopt;
    auto opened = open_note(folder_->published(), folder_->verifiers());
    if (!opened) return std::nullopt;
    return std::move(opened->checkpoint);
}

base::Result<void> Notary::history(const VisitCheckpoint& visit) const {
    const std::lock_guard lock(mutex_);
    return folder_->history([&](std::string_view note) {
        if (auto opened = open_note(note, folder_->verifiers())) visit(*opened, note);
    });
}

base::Result<std::string> Notary::inclusion_receipt(std::uint64_t position, const proof::Path& path,
                                                    const proof::Checkpoint& published) const {
    if (path.empty()) {
        return base::Error{base::Fault::invalid, "E_TREE_SIZE",
                           "a tree of one event has no receipt"};
    }
    const std::lock_guard lock(mutex_);
    return proof::inclusion_receipt(folder_->keys().front(), position, published.size, path,
                                    published.root);
}

proof::Note Notary::signed_before() const {
    const std::lock_guard lock(mutex_);
    if (auto note = proof::Note::parse(folder_->checkpoint())) return *std::move(note);
    return sign_tree(folder_->keys(), 0, proof::empty_root());
}

base::Result<proof::Note> Notary::sign() {
    const std::lock_guard lock(mutex_);
    const auto head = ledger_.head();
    const auto note = sign_tree(folder_->keys(), head.size, head.root);
    const auto bytes = note.encoded();
    if (bytes == folder_->checkpoint()) return note;
    if (auto done = folder_->replace_checkpoint(bytes); !done) return done.error();
    return note;
}

base::Result<void> Notary::publish(const proof::Note& note, bool remember) {
    const std::lock_guard lock(mutex_);
    const auto bytes = note.encoded();
    if (bytes == folder_->published()) return {};
    return folder_->publish(bytes, remember);
}

base::Result<Notary::Rotation> Notary::rotate(base::Random& random) {
    const std::lock_guard lock(mutex_);
    if (folder_->keys().size() > 1) {
        return base::Error{base::Fault::conflict, "E_ROTATING",
                           "a key is being replaced already; retire the old one first"};
    }
    const auto older = folder_->keys().front();
    const auto newer = proof::SigningKey::generate(older.name(), random);
    const auto statement =
        rotation_statement(older.verifier(), newer.verifier(), ledger_.head().size);
    Rotation out{older.verifier(), newer.verifier(), older.sign(statement), newer.sign(statement)};
    if (auto done = folder_->rotate(newer); !done) return done.error();
    return out;
}

base::Result<void> Notary::retire_old_key() {
    const std::lock_guard lock(mutex_);
    return folder_->retire_old_key();
}

bool Notary::is_rotating() const {
    const std::lock_guard lock(mutex_);
    return folder_->keys().size() > 1;
}

std::string rotation_statement(const proof::VerifierKey& older, const proof::VerifierKey& newer,
                               std::uint64_t size) {
    return fmt::format("ledger/rotation/v1\n{}\n{}\n{}\n", older.text(), newer.text(), size);
}

}  // namespace ledger
