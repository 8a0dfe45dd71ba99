#include "projections/comparison.h"

#include <algorithm>

#include "projections/parts.h"

namespace projections {

namespace {

constexpr std::uint64_t progress_every = 65'536;

/// The checkpoint is compared by whoever opened the folders; where the newest entries are written a
/// second time depends on batches.
bool is_compared(std::string_view key) {
    return !key.starts_with('C') && !key.starts_with('J');
}

void skip_to_compared(Store::Cursor& at) {
    while (at.valid() && !is_compared(at.key())) at.next();
}

std::optional<std::uint64_t> position_in(std::string_view key, std::string_view value) {
    const auto part = Part::of(key);
    return part ? position_of(*part, key, value) : std::nullopt;
}

/// Names the entry's part and views.
void place(Difference& found) {
    const auto part = Part::of(found.key);
    if (part) found.part = Part::all()[*part].name;
    for (const ViewParts& view : ViewParts::all()) {
        const bool current = !view.current.empty() && found.key.starts_with(view.current);
        if (current) found.part = view.name;
        if (current || (part && view.rests_on(*part))) found.views.emplace_back(view.name);
    }
    if (found.part.empty()) found.part = found.key.starts_with('G') ? "sums" : "unknown";
    const auto stored = position_in(found.key, found.stored);
    const auto replayed = position_in(found.key, found.replayed);
    found.position = stored && replayed ? std::min(stored, replayed)
                     : stored           ? stored
                                        : replayed;
}

bool earlier(const Difference& a, const Difference& b) {
    const std::uint64_t last = ~std::uint64_t{0};
    return a.position.value_or(last) < b.position.value_or(last);
}

void take(Comparison& out, Difference found) {
    place(found);
    ++out.differences;
    for (const auto& view : found.views) {
        const auto known = out.first_by_view.find(view);
        if (known == out.first_by_view.end()) {
            out.first_by_view.emplace(view, found);
        } else if (earlier(found, known->second)) {
            known->second = found;
        }
    }
    if (!out.first || earlier(found, *out.first)) out.first = std::move(found);
}

}  // namespace

std::string_view Difference::name_of(Kind kind) {
    return kind == Kind::missing ? "missing" : kind == Kind::added ? "added" : "altered";
}

base::Result<Comparison> compare(const Store& stored, const Store& replayed,
                                 const ComparisonProgress& progress) {
    Comparison out;
    Store::Cursor is(stored), should(replayed);
    for (;;) {
        skip_to_compared(is);
        skip_to_compared(should);
        if (!is.valid() && !should.valid()) break;
        if (++out.entries % progress_every == 0 && !progress(out.entries)) return out;
        const int order = !is.valid()       ? 1
                          : !should.valid() ? -1
                                            : is.key().compare(should.key());
        Difference found;
        found.key = order <= 0 ? is.key() : should.key();
        if (order <= 0) found.stored = is.value();
        if (order >= 0) found.replayed = should.value();
        found.kind = order < 0   ? Difference::Kind::added
                     : order > 0 ? Difference::Kind::missing
                                 : Difference::Kind::altered;
        const bool same = order == 0 && found.stored == found.replayed;
        if (!same) take(out, std::move(found));
        if (order <= 0) is.next();
        if (order >= 0) should.next();
    }
    for (const auto* cursor : {&is, &should}) {
        if (auto status = cursor->status(); !status) return status.error();
    }
    return out;
}

}  // namespace projections
