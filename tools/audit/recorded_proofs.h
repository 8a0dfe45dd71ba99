// What a log says of itself in its own events: checkpoints, the list of its streams, its keys. Each
// is worked out again and compared.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "ledger/log_pass.h"
#include "ledger/proof/note.h"

namespace tools {

/// Bounds: a map's root costs some 230 hashes for each stream, so only the newest one recorded is
///         worked out again; the others stand in events that everything else was checked of.
/// Threads: one at a time.
class RecordedProofs final : public ledger::EventObserver {
public:
    /// Root of the first events; asked about no more than have been seen.
    using RootOf = std::function<base::Result<events::Hash>(std::uint64_t size)>;
    /// One key has followed another, and both have signed that.
    struct Rotation {
        std::uint64_t position = 0;
        proof::VerifierKey older, newer;
    };

    RecordedProofs(RootOf root_of, bool with_map)
        : root_of_(std::move(root_of)), with_map_(with_map) {}

    std::optional<std::string> see(const events::schema::Event& event,
                                   ledger::EntryChain& chain) override;
    std::optional<ledger::EntryFault> done(const ledger::EntryChain& chain) override;
    std::string encoded() const override;
    bool decode(std::string_view bytes) override;

    std::uint64_t checkpoints() const { return checkpoints_; }
    std::uint64_t maps() const { return maps_; }
    /// Whether the newest recorded map was worked out again.
    bool map_checked() const { return map_checked_; }
    const std::vector<Rotation>& rotations() const { return rotations_; }
    /// Origins that the log has gone by, the first one first.
    const std::vector<std::string>& origins() const { return origins_; }
    /// Every key that these have handed their trust on to, in the order of the log.
    std::vector<proof::VerifierKey> heirs_of(std::vector<proof::VerifierKey> trusted) const;

private:
    struct Map {
        std::uint64_t position = 0, size = 0, streams = 0;
        events::Hash root{};
    };

    std::optional<std::string> check_root(std::uint64_t size, const events::Hash& root);
    std::optional<std::string> take_rotation(const events::schema::Event& event);

    const RootOf root_of_;
    const bool with_map_;
    std::uint64_t checkpoints_ = 0;
    std::uint64_t maps_ = 0;
    std::optional<Map> map_;  ///< the newest
    bool map_checked_ = false;
    std::vector<Rotation> rotations_;
    std::vector<std::string> origins_;
};

}  // namespace tools
