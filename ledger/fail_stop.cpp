#include "ledger/fail_stop.h"

#include <unistd.h>

#include "events/base/log.h"

namespace ledger {

void fail_stop(std::string_view where, const base::Error& error) {
    base::log(base::LogLevel::error,
              "stopping at once: {}: {} {}. After a failed write or sync nothing may be written "
              "any more; start again to recover from the log",
              where, error.code, error.what);
    ::_exit(fail_stop_status);
}

}  // namespace ledger
