#include "tools/load/encoding.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace tools {
namespace {

/// Offset of the first byte that is not UTF-8; nothing if all of it is.
std::optional<std::size_t> first_bad_utf8(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int64_t>(text.size());
    for (std::int64_t i = 0; i < size;) {
        if (bytes[i] < 0x80) {
            ++i;
            continue;
        }
        const std::int64_t start = i;
        UChar32 code = 0;
        U8_NEXT(bytes, i, size, code);
        if (code < 0) return static_cast<std::size_t>(start);
    }
    return std::nullopt;
}

std::size_t line_of(std::string_view text, std::size_t offset) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
    return static_cast<std::size_t>(std::count(text.begin(), end, '\n')) + 1;
}

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};

/// Strict conversion; on failure `bad` is how far it got.
bool convert(const char* encoding, std::string_view bytes, std::string& out, std::size_t& bad) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, CloseConverter> from(ucnv_open(encoding, &status));
    const std::unique_ptr<UConverter, CloseConverter> to(ucnv_open("UTF-8", &status));
    if (U_FAILURE(status)) return false;
    ucnv_setToUCallBack(from.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);

    constexpr std::size_t piece = 64 * 1024;
    std::string target(piece, '\0');
    std::u16string pivot(piece, u'\0');
    UChar* pivot_source = pivot.data();
    UChar* pivot_target = pivot.data();
    const char* source = bytes.data();
    const char* end = source + bytes.size();
    UBool reset = true;
    do {
        char* cursor = target.data();
        status = U_ZERO_ERROR;
        ucnv_convertEx(to.get(), from.get(), &cursor, target.data() + target.size(), &source, end,
                       pivot.data(), &pivot_source, &pivot_target, pivot.data() + pivot.size(),
                       reset, true, &status);
        out.append(target.data(), static_cast<std::size_t>(cursor - target.data()));
        reset = false;
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    bad = static_cast<std::size_t>(source - bytes.data());
    return U_SUCCESS(status) != 0;
}

base::Error bad_text(std::string_view bytes, std::size_t offset, std::string_view encoding) {
    return {base::Fault::invalid, "E_BAD_TEXT",
            fmt::format("line {} is not {} text", line_of(bytes, offset), encoding)};
}

}  // namespace

base::Result<Decoded> decode(std::string bytes, std::string_view wanted) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
    std::string out;
    std::size_t bad = 0;
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
        if (!convert("UTF-16", bytes, out, bad)) return bad_text(bytes, bad, "UTF-16");
        return Decoded{std::move(out), "UTF-16"};
    }
    const auto broken = first_bad_utf8(bytes);
    if (wanted != "gb18030" && !broken) return Decoded{std::move(bytes), "UTF-8"};
    if (wanted == "utf-8") return bad_text(bytes, *broken, "UTF-8");
    if (!convert("GB18030", bytes, out, bad)) {
        return bad_text(bytes, bad, wanted == "auto" ? "UTF-8 or GB18030" : "GB18030");
    }
    return Decoded{std::move(out), "GB18030"};
}

}  // namespace tools
