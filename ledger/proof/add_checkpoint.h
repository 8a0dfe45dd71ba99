// The request by which a log asks a witness for a cosignature (C2SP tlog-witness):
//
//   old SIZE LF | base64 of a consistency hash LF ... | LF | the checkpoint's note
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "ledger/proof/merkle.h"

namespace proof {

struct AddCheckpoint {
    std::uint64_t old_size = 0;
    Path path;
    std::string note;

    std::string encoded() const;
    /// Fails with `invalid` E_ADD_CHECKPOINT. The note is not looked into.
    static base::Result<AddCheckpoint> parse(std::string_view body);
};

}  // namespace proof
