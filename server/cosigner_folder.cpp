#include "server/cosigner_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "ledger/durable_file.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/text.h"

namespace server {
namespace {

constexpr const char* key_name = "key";
constexpr const char* logs_name = "logs";

base::Error damaged(const std::filesystem::path& dir, std::string_view file) {
    return {base::Fault::corrupt, "E_COSIGNER_DAMAGED",
            fmt::format("the file `{}` of {} is damaged", file, dir.string())};
}

/// As C2SP signed-note has it; further bytes are checked when the key is read back.
bool is_key_name(std::string_view name) {
    return !name.empty() && name.find_first_of("+ \t\r\n") == std::string_view::npos &&
           proof::is_plain_text(name);
}

base::Result<void> make_key(const std::filesystem::path& dir, const std::string& name,
                            base::Random& random) {
    if (!is_key_name(name)) {
        return base::Error{base::Fault::invalid, "E_COSIGNER_NAME",
                           fmt::format("{} holds no key yet: a name is needed to make one, without "
                                       "spaces and plus signs, such as witness.example.org/w1",
                                       dir.string())};
    }
    const auto fresh = proof::SigningKey::generate(name, random, proof::KeyType::cosignature_v1);
    return ledger::replace_file(dir / key_name, fresh.text() + "\n", 0600);
}

base::Result<proof::SigningKey> read_key(const std::filesystem::path& dir) {
    auto text = ledger::read_file(dir / key_name);
    while (text.ends_with('\n')) text.pop_back();
    auto key = proof::SigningKey::parse(text);
    if (!key || key->verifier().type != proof::KeyType::cosignature_v1)
        return damaged(dir, key_name);
    return key;
}

}  // namespace

base::Result<CosignerFolder> CosignerFolder::open(const std::filesystem::path& dir,
                                                  const std::string& name, base::Random& random) {
    std::error_code ignored;
    std::filesystem::create_directories(dir, ignored);
    std::filesystem::permissions(dir, std::filesystem::perms::owner_all, ignored);
    const int lock = ::open((dir / "LOCK").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return base::Error{base::Fault::storage, "E_STORAGE",
                           fmt::format("the folder {} cannot be opened", dir.string())};
    }
    const auto give_up = [&](base::Error error) {
        ::close(lock);
        return error;
    };
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return give_up({base::Fault::conflict, "E_COSIGNER_IN_USE",
                        fmt::format("another server cosigns from {}", dir.string())});
    }
    auto logs = parse_watched_logs(ledger::read_file(dir / logs_name));
    if (!logs) return give_up(logs.error());
    if (!std::filesystem::exists(dir / key_name))
        if (auto made = make_key(dir, name, random); !made) return give_up(made.error());
    auto key = read_key(dir);
    if (!key) return give_up(key.error());
    CosignerFolder out(dir, lock, *std::move(key));
    out.logs_ = *std::move(logs);
    return out;
}

CosignerFolder::CosignerFolder(CosignerFolder&& other) noexcept
    : dir_(std::move(other.dir_)),
      lock_(std::exchange(other.lock_, -1)),
      key_(std::move(other.key_)),
      logs_(std::move(other.logs_)) {}

CosignerFolder::~CosignerFolder() {
    if (lock_ >= 0) ::close(lock_);
}

std::string origin_hash(std::string_view origin) {
    return events::hex(proof::sha256({origin}));
}

base::Result<std::vector<proof::VerifierKey>> parse_watched_logs(std::string_view text) {
    std::vector<proof::VerifierKey> out;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto words = proof::words_of(line.substr(0, line.find('#')));
        if (words.empty()) continue;
        if (words[0] == "witness" || words[0] == "group" || words[0] == "quorum") continue;
        const bool named = words[0] == "log" && words.size() > 1;
        auto key = proof::VerifierKey::parse(words[named ? 1 : 0]);
        if (!key || key->type != proof::KeyType::ed25519) {
            return base::Error{
                base::Fault::invalid, "E_WATCHED_LOGS",
                fmt::format("line {} of the list of logs is no log's verifier key", number)};
        }
        if (std::find(out.begin(), out.end(), *key) == out.end()) out.push_back(*std::move(key));
    }
    return out;
}

}  // namespace server
