#include "tools/audit/open_log_copy.h"

#include <fmt/format.h>

#include "tools/audit/folder_log.h"
#include "tools/audit/server_log.h"
#include "tools/audit/tile_folder.h"
#include "tools/bundle/pack_log.h"
#include "tools/offline/folder.h"

namespace tools {
namespace fs = std::filesystem;
namespace {

base::Result<std::unique_ptr<LogCopy>> open_server_log(Session& session) {
    auto server = session.server();
    if (!server) return server.error();
    const auto settings = session.settings();
    if (!settings) return settings.error();
    const auto url = Url::parse((**settings)["server"]);
    if (!url) return url.error();
    return std::unique_ptr<LogCopy>(
        std::make_unique<ServerLog>(**server, url->origin() + url->base + "/log/"));
}

}  // namespace

CopyKind kind_of_copy(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) return CopyKind::file;
    if (fs::exists(path / "ledger" / "CURRENT", ignored) ||
        fs::exists(path / "head.anchor", ignored)) {
        return CopyKind::data_folder;
    }
    return TileFolder::is_one(path) ? CopyKind::tile_folder : CopyKind::nothing;
}

base::Result<std::unique_ptr<LogCopy>> open_log_copy(Session& session, const fs::path& signing) {
    if (session.globals.offline.empty()) return open_server_log(session);
    const fs::path dir = session.globals.offline;
    switch (kind_of_copy(dir)) {
        case CopyKind::data_folder: {
            auto folder = session.folder();
            if (!folder) return folder.error();
            return std::unique_ptr<LogCopy>(std::make_unique<FolderLog>(
                (*folder)->ledger(), signing.empty() ? dir / "signing" : signing, dir.string()));
        }
        case CopyKind::tile_folder:
            return std::unique_ptr<LogCopy>(std::make_unique<TileFolder>(dir));
        case CopyKind::file: {
            auto pack = PackLog::open(dir.string());
            if (!pack) return pack.error();
            return std::unique_ptr<LogCopy>(*std::move(pack));
        }
        case CopyKind::nothing: break;
    }
    return base::Error{base::Fault::not_found, "E_NO_LEDGER",
                       fmt::format("{} holds neither a ledger nor the tiles of one", dir.string())};
}

}  // namespace tools
