#include "tools/audit/copy_entries.h"

#include <fmt/format.h>

#include "ledger/proof/entry_bundle.h"

namespace tools {

bool is_evidence(const base::Error& error) {
    return error.fault == base::Fault::not_found || error.fault == base::Fault::corrupt;
}

base::Result<void> CopyEntries::read(ledger::EntryTile& tile, std::size_t count) {
    proof::TilePath path{true, 0, tile.first() / proof::tile_width};
    path.width = static_cast<std::uint16_t>(count);
    const auto bytes = copy_.tile(path);
    if (!bytes) {
        if (!is_evidence(bytes.error())) return bytes.error();
        tile.note(tile.first(), bytes.error().what);
        return {};
    }
    std::string_view rest = *bytes;
    for (std::size_t i = 0; i < count; ++i) {
        const auto framed = proof::first_entries(rest, 1);
        if (!framed) {
            tile.note(tile.first() + i, fmt::format("{} is cut short", path.text()));
            return {};
        }
        tile.add(framed->substr(2));
        rest.remove_prefix(framed->size());
    }
    if (!rest.empty()) {
        tile.note(tile.first() + count - 1,
                  fmt::format("{} goes on after its last entry", path.text()));
    }
    return {};
}

base::Result<std::optional<std::string>> CopyEntries::stored(ledger::TileName name,
                                                             std::size_t count) {
    proof::TilePath path{false, name.level, name.index};
    path.width = static_cast<std::uint16_t>(count);
    auto bytes = copy_.tile(path);
    if (bytes) return std::optional<std::string>(*std::move(bytes));
    if (is_evidence(bytes.error())) return std::optional<std::string>();
    return bytes.error();
}

base::Result<std::optional<ledger::EntryFault>> CopyEntries::follow(const ledger::EntryTile& tile,
                                                                    const ledger::GrownTree&) {
    if (whole_) return std::optional<ledger::EntryFault>();
    const ledger::GrownTree nothing_before;
    const auto root = tile.nodes().full() ? tile.nodes().root()
                                          : nothing_before.root(tile.nodes(), tile.size());
    const auto upto = tile.first() + tile.size();
    const auto path = reader_.subtree(tile.first(), upto);
    if (!path && !is_evidence(path.error())) return path.error();
    if (path && proof::verify_subtree(root, tile.first(), upto, reader_.size(), *path, root_))
        return std::optional<ledger::EntryFault>();
    const auto what = path ? std::string("the tile is not part of the tree that was signed")
                           : path.error().what;
    return std::optional<ledger::EntryFault>(ledger::EntryFault{tile.first(), what});
}

}  // namespace tools
