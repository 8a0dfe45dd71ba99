#include "ledger/notary.h"

#include <fmt/format.h>

#include "ledger/proof/cose_receipt.h"

namespace ledger {
namespace {

base::Error refused(const char* code, std::string what) {
    return {base::Fault::corrupt, code, std::move(what)};
}

proof::Note sign_tree(const std::vector<proof::SigningKey>& keys, std::uint64_t size,
                      const proof::Hash& root) {
    const proof::Checkpoint checkpoint{keys.front().name(), size, root};
    proof::Note note{checkpoint.text(), {}};
    for (const auto& key : keys) note.signatures.push_back(key.sign_note(note.text));
    return note;
}

}  // namespace

base::Result<std::unique_ptr<Notary>> Notary::open(const Ledger& ledger,
                                                   const std::filesystem::path& signing,
                                                   base::Random& random) {
    const auto record = signing_on_record(ledger);
    if (!record) return record.error();
    std::optional<std::string> fresh;
    if (!record->was_signed) fresh = record->origin;
    auto folder = SigningFolder::open(signing, fresh, random);
    if (!folder) return folder.error();
    std::unique_ptr<Notary> out(new Notary(ledger, signing, *std::move(folder)));
    if (auto settled = out->settle(*record); !settled) return settled.error();
    if (auto fits = out->compare(*record); !fits) return fits.error();
    out->show();
    return out;
}

Notary::Notary(const Ledger& ledger, std::filesystem::path dir,
               std::unique_ptr<SigningFolder> folder)
    : ledger_(ledger), dir_(std::move(dir)), folder_(std::move(folder)) {}

base::Result<void> Notary::settle(const SigningOnRecord& record) {
    const auto& next = folder_->next_key();
    if (!next || stored_key(next->verifier()) != record.newest_key) return {};
    return record.restored ? folder_->begin_anew() : folder_->rotate();
}

base::Result<void> Notary::compare(const SigningOnRecord& record) const {
    const auto& origin = record.origin;
    const auto& key = folder_->keys().front();
    if (key.name() != origin) {
        return refused("E_ORIGIN",
                       fmt::format("the signing folder is of {}, the log is {}", key.name(),
                                   origin));
    }
    if (!record.newest_key.empty() && stored_key(key.verifier()) != record.newest_key) {
        return refused("E_SIGNING_MISSING",
                       "the signing folder does not hold the key that the log has gone over to");
    }
    if (folder_->checkpoint().empty()) return {};
    const auto note = open_log_note(folder_->checkpoint(), folder_->verifiers());
    if (!note) return note.error();
    const auto* newest = &note->checkpoint;
    const auto head = ledger_.head();
    if (newest->size > head.size) {
        return refused("E_LOG_ROLLED_BACK",
                       fmt::format("{} events have been signed as {}, but the log holds {}",
                                   newest->size, origin, head.size));
    }
    const auto root = ledger_.root(newest->size);
    if (root != newest->root) {
        return refused("E_LOG_FORKED",
                       fmt::format("the first {} events were signed with root {}, the log's is {}",
                                   newest->size, events::hex(newest->root), events::hex(root)));
    }
    return {};
}

std::shared_ptr<const Notary::Shown> Notary::shown() const {
    const std::lock_guard lock(showing_);
    return shown_;
}

void Notary::show() {
    auto next = std::make_shared<Shown>();
    next->verifiers = folder_->verifiers();
    next->keys = std::vector<proof::SigningKey>(folder_->keys());
    const auto before = shown();
    if (before && before->newest && before->newest->note == folder_->published()) {
        next->newest = before->newest;
    } else if (!folder_->published().empty()) {
        if (auto opened = open_log_note(folder_->published(), folder_->verifiers()))
            next->newest = std::make_shared<const Published>(
                Published{folder_->published(), std::move(opened->checkpoint)});
    }
    const std::lock_guard lock(showing_);
    shown_ = std::move(next);
}

std::string Notary::origin() const {
    return shown()->keys.front().name();
}

std::vector<proof::VerifierKey> Notary::verifiers() const {
    return shown()->verifiers;
}

std::shared_ptr<const Notary::Published> Notary::newest() const {
    return shown()->newest;
}

std::string Notary::published() const {
    const auto published = newest();
    return published ? published->note : std::string();
}

std::optional<proof::Checkpoint> Notary::published_checkpoint() const {
    const auto published = newest();
    if (!published) return std::nullopt;
    return published->checkpoint;
}

base::Result<void> Notary::history(const VisitCheckpoint& visit) const {
    const auto keys = verifiers();
    base::Result<void> good;
    const auto read = SigningFolder::history(dir_, [&](std::string_view note) {
        auto opened = good ? open_log_note(note, keys)
                           : base::Result<proof::SignedCheckpoint>(good.error());
        if (opened) {
            visit(*opened, note);
        } else {
            good = opened.error();
        }
    });
    return read ? good : read;
}

base::Result<std::string> Notary::inclusion_receipt(std::uint64_t position, const proof::Path& path,
                                                    const proof::Checkpoint& published) const {
    if (path.empty()) {
        return base::Error{base::Fault::invalid, "E_TREE_SIZE",
                           "a tree of one event has no receipt"};
    }
    return proof::inclusion_receipt(shown()->keys.front(), position, published.size, path,
                                    published.root);
}

proof::Note Notary::signed_before() const {
    const std::lock_guard lock(signing_);
    if (auto note = proof::Note::parse(folder_->checkpoint())) return *std::move(note);
    return sign_tree(folder_->keys(), 0, proof::empty_root());
}

base::Result<proof::Note> Notary::sign() {
    const std::lock_guard lock(signing_);
    const auto head = ledger_.head();
    const auto note = sign_tree(folder_->keys(), head.size, head.root);
    const auto bytes = note.encoded();
    if (bytes == folder_->checkpoint()) return note;
    if (auto done = folder_->replace_checkpoint(bytes); !done) return done.error();
    return note;
}

base::Result<void> Notary::publish(const proof::Note& note, bool remember) {
    const std::lock_guard lock(signing_);
    const auto bytes = note.encoded();
    if (bytes == folder_->published()) return {};
    if (auto done = folder_->publish(bytes, remember); !done) return done.error();
    show();
    return {};
}

base::Result<KeyRotation> Notary::prepare_rotation(base::Random& random) {
    const std::lock_guard lock(signing_);
    if (folder_->keys().size() > 1) {
        return base::Error{base::Fault::conflict, "E_ROTATING",
                           "a key is being replaced already; retire the old one first"};
    }
    const auto& older = folder_->keys().front();
    if (!folder_->next_key() || folder_->next_key()->name() != older.name()) {
        const auto fresh = proof::SigningKey::generate(older.name(), random);
        if (auto done = folder_->stage_key(fresh); !done) return done.error();
    }
    const auto& newer = *folder_->next_key();
    KeyRotation out{ledger_.head().size, older.verifier(), newer.verifier(), {}, {}};
    const auto statement = rotation_statement(out.older, out.newer, out.size);
    out.by_older = older.sign(statement);
    out.by_newer = newer.sign(statement);
    return out;
}

base::Result<void> Notary::rotate() {
    const std::lock_guard lock(signing_);
    if (auto done = folder_->rotate(); !done) return done.error();
    show();
    return {};
}

base::Result<void> Notary::retire_old_key() {
    const std::lock_guard lock(signing_);
    if (auto done = folder_->retire_old_key(); !done) return done.error();
    show();
    return {};
}

bool Notary::is_rotating() const {
    return shown()->keys.size() > 1;
}

base::Result<proof::SignedCheckpoint> open_log_note(
    std::string_view note, const std::vector<proof::VerifierKey>& verifiers) {
    for (const auto& key : verifiers) {
        auto opened = proof::SignedCheckpoint::open(note, key);
        if (opened) return opened;
        if (opened.error().code != "E_NOT_SIGNED") break;
    }
    return refused("E_SIGNING_DAMAGED",
                   "the newest checkpoint of the signing folder is not signed by the log's key");
}

std::string rotation_statement(const proof::VerifierKey& older, const proof::VerifierKey& newer,
                               std::uint64_t size) {
    return fmt::format("ledger/rotation/v1\n{}\n{}\n{}\n", older.text(), newer.text(), size);
}

}  // namespace ledger
