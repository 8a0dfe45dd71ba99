#include "events/command.h"

namespace events {

const PersonalField* Draft::find_personal(std::string_view path) const {
    for (const auto& field : personal) {
        if (field.path == path) return &field;
    }
    return nullptr;
}

}  // namespace events
