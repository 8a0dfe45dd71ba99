#include "ledger/storage/states.h"

namespace ledger::storage {

Cursor::Cursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

void Cursor::seek(std::string_view key) {
    state_->iterator->Seek(slice(key));
}
void Cursor::seek_back(std::string_view key) {
    state_->iterator->SeekForPrev(slice(key));
}
void Cursor::seek_to_last() {
    state_->iterator->SeekToLast();
}
void Cursor::next() {
    state_->iterator->Next();
}
void Cursor::back() {
    state_->iterator->Prev();
}
bool Cursor::valid() const {
    return state_->iterator->Valid();
}
std::string_view Cursor::key() const {
    return view(state_->iterator->key());
}
std::string_view Cursor::value() const {
    return view(state_->iterator->value());
}

base::Result<void> Cursor::status() const {
    const auto status = state_->iterator->status();
    if (!status.ok()) return error_of(status);
    return {};
}

}  // namespace ledger::storage
