#include "ledger/published_tile.h"

#include "ledger/proof/entry_bundle.h"
#include "ledger/prover.h"

namespace ledger {

base::Result<std::string> published_tile(const Ledger& ledger, const proof::TilePath& path) {
    if (!path.entries) return ledger.prover().tile({path.level, path.index}, path.width);
    std::string bundle;
    const std::uint64_t first = path.index * proof::tile_width;
    auto scan = ledger.scan({first}, {first + path.width});
    for (;;) {
        const auto more = scan.next();
        if (!more) return more.error();
        if (!*more) return bundle;
        proof::append_entry(bundle, scan.bytes());
    }
}

}  // namespace ledger
