// Values held, and changes gathered.
#include "ledger/storage/states.h"

namespace ledger::storage {

Pinned::Pinned() : state_(std::make_unique<State>()) {}
Pinned::Pinned(Pinned&&) noexcept = default;
Pinned& Pinned::operator=(Pinned&&) noexcept = default;
Pinned::~Pinned() = default;
std::string_view Pinned::bytes() const {
    return view(state_->bytes);
}

Batch::Batch() : state_(std::make_unique<State>()) {}
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
Batch::~Batch() = default;

void Batch::put(Part part, std::string_view key, std::string_view value) {
    state_->changes.push_back({part, false, key.size(), value.size()});
    state_->bytes.append(key).append(value);
}

void Batch::remove(Part part, std::string_view key) {
    state_->changes.push_back({part, true, key.size(), 0});
    state_->bytes.append(key);
}

bool Batch::empty() const {
    return state_->changes.empty();
}

void Batch::clear() {
    state_->changes.clear();
    state_->bytes.clear();
}

}  // namespace ledger::storage
