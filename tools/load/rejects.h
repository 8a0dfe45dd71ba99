// What an import could not record, kept for another try.
#pragma once

#include <fstream>
#include <string>

#include "events/base/result.h"
#include "tools/load/items.h"
#include "tools/load/push.h"

namespace tools {

/// One line of JSON for each refusal; readable by its owner only, for it holds personal data.
class Rejects {
public:
    /// An empty name keeps nothing. Fails with `storage` E_STORAGE.
    base::Result<void> open(const std::string& file, bool append);
    void write(const Item& item, const Outcome& outcome);
    void flush() { out_.flush(); }

private:
    std::ofstream out_;
};

}  // namespace tools
