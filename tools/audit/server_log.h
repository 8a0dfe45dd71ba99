// The log as a running server shows it under /log/.
#pragma once

#include "tools/audit/log_copy.h"
#include "tools/client/server.h"

namespace tools {

/// Lifetime: the server must outlive it. Its connection is kept from one question to the next.
class ServerLog final : public LogCopy {
public:
    ServerLog(Server& server, std::string where) : server_(server), where_(std::move(where)) {}

    base::Result<std::string> checkpoint() override;
    base::Result<std::string> tile(const proof::TilePath& path) override;
    base::Result<std::vector<proof::VerifierKey>> verifiers() override;
    base::Result<std::string> policy() override;
    std::string describe() const override { return where_; }

private:
    /// Bytes of a resource under /log/. Who has asked too often waits a little.
    base::Result<std::string> get(const std::string& name);

    Server& server_;
    const std::string where_;
};

}  // namespace tools
