#include "ledger/signing_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "ledger/bytes.h"
#include "ledger/durable_file.h"
#include "ledger/proof/text.h"

namespace ledger {
namespace {

constexpr const char* lock_name = "LOCK";
constexpr const char* key_name = "key";
constexpr const char* old_key_name = "old-key";
constexpr const char* next_key_name = "next-key";
constexpr const char* checkpoint_name = "checkpoint";
constexpr const char* published_name = "published";
constexpr const char* history_name = "history";
constexpr const char* verifiers_name = "verifiers";
constexpr std::size_t note_bytes_max = 1'000'000;

base::Error folder_failed(std::string_view what) {
    return {base::Fault::storage, "E_STORAGE",
            fmt::format("the signing folder: {}: {}", what, std::strerror(errno))};
}

base::Error missing() {
    return {base::Fault::corrupt, "E_SIGNING_MISSING",
            "the signing folder holds no key, but the log has been signed"};
}

base::Error damaged(std::string_view file) {
    return {base::Fault::corrupt, "E_SIGNING_DAMAGED",
            fmt::format("the file `{}` of the signing folder is damaged", file)};
}

/// Visits the whole notes; how many bytes these are.
base::Result<std::uint64_t> walk_history(std::string_view bytes,
                                         const std::function<void(std::string_view)>& visit) {
    std::uint64_t whole = 0;
    for (std::string_view rest = bytes; rest.size() >= 4; rest = bytes.substr(whole)) {
        const auto size = proof::get_be(rest, 4);
        if (size > note_bytes_max) return damaged(history_name);
        if (rest.size() < 4 + size) break;
        visit(rest.substr(4, size));
        whole += 4 + size;
    }
    return whole;
}

}  // namespace

base::Result<std::unique_ptr<SigningFolder>> SigningFolder::open(
    const std::filesystem::path& dir, const std::optional<std::string>& origin,
    base::Random& random) {
    // Before anything is made: an empty folder would be in the way of the one put back.
    if (!origin && !std::filesystem::exists(dir / key_name)) return missing();
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    std::filesystem::permissions(dir, std::filesystem::perms::owner_all, error);
    std::unique_ptr<SigningFolder> out(new SigningFolder(dir));
    out->lock_ = ::open((dir / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out->lock_ < 0) return folder_failed("cannot be opened");
    if (::flock(out->lock_, LOCK_EX | LOCK_NB) != 0) {
        return base::Error{base::Fault::conflict, "E_SIGNING_IN_USE",
                           "another server signs with the keys of this signing folder"};
    }
    if (!std::filesystem::exists(dir / key_name)) {
        if (!origin || std::filesystem::exists(dir / checkpoint_name)) return missing();
        const auto key = proof::SigningKey::generate(*origin, random);
        if (auto done = out->write_file(verifiers_name, key.verifier().text() + "\n"); !done)
            return done.error();
        if (auto done = out->write_file(key_name, key.text() + "\n", 0600); !done)
            return done.error();
    }
    if (auto done = out->load_keys(); !done) return done.error();
    if (auto done = out->load(); !done) return done.error();
    if (auto done = out->trim_history(); !done) return done.error();
    return out;
}

base::Result<std::unique_ptr<SigningFolder>> SigningFolder::look(const std::filesystem::path& dir) {
    std::unique_ptr<SigningFolder> out(new SigningFolder(dir));
    if (!std::filesystem::exists(dir / verifiers_name)) {
        return base::Error{base::Fault::not_found, "E_SIGNING_MISSING",
                           "there is no signing folder with the keys of the log"};
    }
    if (auto done = out->load(); !done) return done.error();
    return out;
}

SigningFolder::~SigningFolder() {
    if (lock_ >= 0) ::close(lock_);
}

base::Result<void> SigningFolder::load_keys() {
    keys_.clear();
    for (const char* name : {key_name, old_key_name}) {
        if (!std::filesystem::exists(dir_ / name)) continue;
        auto key = proof::SigningKey::parse(read_file(dir_ / name));
        if (!key) return damaged(name);
        keys_.push_back(*std::move(key));
    }
    next_.reset();
    if (!std::filesystem::exists(dir_ / next_key_name)) return {};
    auto next = proof::SigningKey::parse(read_file(dir_ / next_key_name));
    if (!next) return damaged(next_key_name);
    next_ = *std::move(next);
    return {};
}

base::Result<void> SigningFolder::load() {
    verifiers_.clear();
    const auto text = read_file(dir_ / verifiers_name);
    std::string_view rest = text;
    while (const auto line = proof::take_line(rest)) {
        auto key = proof::VerifierKey::parse(*line);
        if (!key) return damaged(verifiers_name);
        verifiers_.push_back(*std::move(key));
    }
    if (verifiers_.empty()) return damaged(verifiers_name);
    checkpoint_ = read_file(dir_ / checkpoint_name);
    published_ = read_file(dir_ / published_name);
    return {};
}

base::Result<void> SigningFolder::history(const std::filesystem::path& dir,
                                          const std::function<void(std::string_view)>& visit) {
    const auto bytes = read_file(dir / history_name);
    const auto whole = walk_history(bytes, visit);
    if (!whole) return whole.error();
    return {};
}

base::Result<void> SigningFolder::trim_history() {
    const auto bytes = read_file(dir_ / history_name);
    const auto whole = walk_history(bytes, [](std::string_view) {});
    if (!whole) return whole.error();
    history_size_ = *whole;
    if (history_size_ == bytes.size()) return {};
    return cut_file(dir_ / history_name, history_size_);
}

base::Result<void> SigningFolder::remember(const std::string& note) {
    std::string record;
    append_number(record, static_cast<std::uint32_t>(note.size()));
    record += note;
    const auto kept = append_to_file(dir_ / history_name, record);
    if (!kept) {
        (void)cut_file(dir_ / history_name, history_size_);  // what was written of it
        return kept;
    }
    history_size_ += record.size();
    return {};
}

bool SigningFolder::has_next_key() const {
    return std::filesystem::exists(dir_ / next_key_name);
}

base::Result<void> SigningFolder::replace_checkpoint(const std::string& note) {
    if (read_file(dir_ / checkpoint_name) != checkpoint_) {
        return base::Error{base::Fault::conflict, "E_CHECKPOINT_MOVED",
                           "somebody else has signed in this signing folder since it was read"};
    }
    if (auto done = write_file(checkpoint_name, note); !done) return done.error();
    checkpoint_ = note;
    return {};
}

base::Result<void> SigningFolder::publish(const std::string& note, bool keep) {
    if (keep) {
        if (auto done = remember(note); !done) return done.error();
    }
    if (auto done = write_file(published_name, note); !done) return done.error();
    published_ = note;
    return {};
}

base::Result<void> SigningFolder::stage_key(const proof::SigningKey& next) {
    if (auto done = write_file(next_key_name, next.text() + "\n", 0600); !done)
        return done.error();
    next_.emplace(next);
    return {};
}

base::Result<void> SigningFolder::rotate() {
    const auto next = next_.value();
    // After a crash the key itself may have been replaced already.
    if (keys_.front().verifier() != next.verifier()) {
        // The verifier first: a key that signs before anybody can know it would be the worse half.
        if (verifiers_.front() != next.verifier()) {
            std::string lines = next.verifier().text() + "\n";
            for (const auto& key : verifiers_) lines += key.text() + "\n";
            if (auto done = write_file(verifiers_name, lines); !done) return done.error();
        }
        const auto older = keys_.front().text() + "\n";
        if (auto done = write_file(old_key_name, older, 0600); !done) return done.error();
        if (auto done = write_file(key_name, next.text() + "\n", 0600); !done)
            return done.error();
    }
    return finish_key_change();
}

base::Result<void> SigningFolder::retire_old_key() {
    std::error_code error;
    std::filesystem::remove(dir_ / old_key_name, error);
    if (error) return folder_failed("cannot remove a key");
    return load_keys();
}

base::Result<void> SigningFolder::begin_anew() {
    const auto next = next_.value();
    if (keys_.front().verifier() != next.verifier()) {
        const auto aside = dir_ / fmt::format("before-{:08x}", next.verifier().key_id());
        std::error_code error;
        std::filesystem::create_directory(aside, error);
        // Key and verifiers stay in their places until the next ones replace them: without, there
        // is nothing to start from.
        for (const auto& [name, mode] :
             {std::pair(key_name, 0600u), std::pair(verifiers_name, 0644u)}) {
            if (std::filesystem::exists(aside / name)) continue;
            auto done = replace_file(aside / name, read_file(dir_ / name), mode);
            if (!done) return done.error();
        }
        for (const char* name : {old_key_name, checkpoint_name, published_name, history_name}) {
            if (!std::filesystem::exists(dir_ / name)) continue;
            std::filesystem::rename(dir_ / name, aside / name, error);
            if (error) return folder_failed("cannot be moved aside");
        }
        const auto line = next.verifier().text() + "\n";
        if (auto done = write_file(verifiers_name, line); !done) return done.error();
        if (auto done = write_file(key_name, next.text() + "\n", 0600); !done)
            return done.error();
    }
    return finish_key_change();
}

base::Result<void> SigningFolder::finish_key_change() {
    std::error_code error;
    std::filesystem::remove(dir_ / next_key_name, error);
    if (error) return folder_failed("cannot remove the key that was laid ready");
    if (auto done = load_keys(); !done) return done.error();
    if (auto done = load(); !done) return done.error();
    return trim_history();
}

base::Result<void> SigningFolder::write_file(const char* name, std::string_view bytes,
                                             unsigned mode) {
    return replace_file(dir_ / name, bytes, mode);
}

}  // namespace ledger
