#include "tools/evidence/embedded.h"

// Every file that goes into a pack as it is; the build writes their names here.
#define EMBEDDED(symbol, name)                           \
    extern "C" const char evidence_##symbol[];          \
    extern "C" const char evidence_##symbol##_end[];
#include "tools/evidence_files.inc"
#undef EMBEDDED

namespace evidence {

const std::vector<Embedded>& embedded_files() {
    static const std::vector<Embedded> files = {
#define EMBEDDED(symbol, name)     \
    {name,                         \
     {evidence_##symbol,           \
      static_cast<std::size_t>(evidence_##symbol##_end - evidence_##symbol)}},
#include "tools/evidence_files.inc"
#undef EMBEDDED
    };
    return files;
}

}  // namespace evidence
