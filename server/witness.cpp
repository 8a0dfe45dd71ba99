#include "server/witness.h"

namespace server {

base::Result<std::unique_ptr<Witness>> Witness::open(const std::filesystem::path& dir,
                                                     const std::string& name,
                                                     const base::Clock& clock,
                                                     base::Random& random) {
    auto folder = CosignerFolder::open(dir, name, random);
    if (!folder) return folder.error();
    auto seen = SeenCheckpoints::open(
        folder->logs(), [&](const std::string& hash) { return dir / hash; }, clock);
    if (!seen) return seen.error();
    return std::unique_ptr<Witness>(new Witness(*std::move(folder), *std::move(seen), clock));
}

std::optional<std::string> Witness::checkpoint(std::string_view hash) const {
    for (const auto& log : folder_.logs()) {
        if (origin_hash(log.name) != hash) continue;
        const auto seen = seen_->newest(log.name);
        return seen ? std::optional(seen->note) : std::nullopt;
    }
    return std::nullopt;
}

Response Witness::add_checkpoint(std::string_view body) {
    return seen_->add(body, [&](proof::Note& note) {
        const auto line = proof::cosign(folder_.key(), seconds_now(clock_), note.text);
        note.signatures.push_back(line);
        return proof::encoded(line);
    });
}

std::uint64_t seconds_now(const base::Clock& clock) {
    return static_cast<std::uint64_t>(clock.wall_micros() / 1'000'000);
}

}  // namespace server
