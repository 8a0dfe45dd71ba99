// Where the parts of an evidence pack come from: a running server, or the folder of a stopped one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "events/ids.h"
#include "ledger/proof/completeness.h"
#include "ledger/proof/merkle.h"
#include "tools/cli/session.h"
#include "tools/cli/source.h"
#include "tools/client/server.h"
#include "tools/evidence/part.h"
#include "tools/offline/folder.h"

namespace tools {

/// Threads: one at a time. Lifetime: what it reads from must outlive it.
class Supply {
public:
    struct Log {
        std::string checkpoint, policy, verifiers;
    };
    /// A sealed part as the caller gets it.
    struct Sealed {
        events::PersonalClass personal_class = events::PersonalClass::none;
        bool erased = false;
        evidence::Part part;
    };

    virtual ~Supply() = default;
    /// Fails with `overloaded` E_NOT_PUBLISHED where nothing was signed yet.
    virtual base::Result<Log> log() = 0;
    virtual base::Result<std::string> entry(std::uint64_t position) = 0;
    virtual base::Result<proof::Path> path(std::uint64_t position, std::uint64_t size) = 0;
    virtual base::Result<std::vector<Sealed>> sealed(std::uint64_t position) = 0;
    /// What the log's own list of streams says of one, under `checkpoint` or another one; nothing
    /// while there is no list, or none that is covered.
    virtual base::Result<std::optional<proof::CompletenessProof>> completeness(
        const events::StreamId& stream, const std::string& checkpoint) = 0;
    virtual Source& source() = 0;
};

/// The server's, or with --offline that of a data folder. `signing`: where that folder's signing
/// folder lies; empty: in it. Lifetime: the session must outlive it.
base::Result<std::unique_ptr<Supply>> open_supply(Session& session, const std::string& signing);

class ServerSupply final : public Supply {
public:
    explicit ServerSupply(Server& server) : server_(server) {}

    base::Result<Log> log() override;
    base::Result<std::string> entry(std::uint64_t position) override;
    base::Result<proof::Path> path(std::uint64_t position, std::uint64_t size) override;
    base::Result<std::vector<Sealed>> sealed(std::uint64_t position) override;
    base::Result<std::optional<proof::CompletenessProof>> completeness(
        const events::StreamId& stream, const std::string& checkpoint) override;
    Source& source() override { return server_; }

private:
    base::Result<std::string> fetch(const std::string& target, const std::string& accept);

    Server& server_;
};

class FolderSupply final : public Supply {
public:
    /// `signing`: the folder of the log's key, which need not lie in the other one.
    FolderSupply(Folder& folder, std::filesystem::path signing)
        : folder_(folder), signing_(std::move(signing)) {}

    base::Result<Log> log() override;
    base::Result<std::string> entry(std::uint64_t position) override;
    base::Result<proof::Path> path(std::uint64_t position, std::uint64_t size) override;
    base::Result<std::vector<Sealed>> sealed(std::uint64_t position) override;
    base::Result<std::optional<proof::CompletenessProof>> completeness(
        const events::StreamId& stream, const std::string& checkpoint) override;
    Source& source() override { return folder_; }

private:
    Folder& folder_;
    const std::filesystem::path signing_;
};

}  // namespace tools
