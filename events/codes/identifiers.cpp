#include "events/codes/identifiers.h"

#include <algorithm>
#include <array>
#include <map>
#include <regex>

#include "events/codes/code_lists.h"

namespace events {
namespace {

constexpr std::string_view mod_11_2_digits = "10X98765432";
constexpr std::string_view uscc_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// The sentences never repeat the number: it is personal.
base::Error refused(std::string code, std::string what) {
    return {base::Fault::invalid, std::move(code), std::move(what)};
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Date> compact_date(std::string_view text) {
    std::string dashed(text.substr(0, 4));
    dashed.append("-").append(text.substr(4, 2)).append("-").append(text.substr(6, 2));
    return Date::parse(dashed);
}

/// Seventeen digits and a check character: the shape of GB 11643, shared by permits.
bool has_citizen_shape(std::string_view number) {
    return number.size() == 18 && all_digits(number.substr(0, 17)) &&
           (number[17] == 'X' || all_digits(number.substr(17)));
}

bool is_ever_area(std::string_view area) {
    static constexpr std::array<std::string_view, 35> provinces = {
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
        "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
        "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"};
    const auto province = area.substr(0, 2);
    // Codes of other provinces are not all on file, those of Sichuan are, back to 1980.
    if (province == "51") return CodeLists::built_in().list("id_area_codes")->has(area);
    return std::find(provinces.begin(), provinces.end(), province) != provinces.end();
}

bool is_numeric_country(std::string_view numeric) {
    const auto& rows = CodeLists::built_in().list("countries")->rows();
    return std::any_of(rows.begin(), rows.end(),
                       [&](const Row& row) { return row.find("numeric")->second == numeric; });
}

bool matches_pattern(const std::string& kind, std::string_view number) {
    static const auto patterns = [] {
        std::map<std::string, std::regex> out;
        for (const auto& row : CodeLists::built_in().list("id_document_kinds")->rows()) {
            out.emplace(row.find("code")->second,
                        std::regex(row.find("regex")->second, std::regex::optimize));
        }
        return out;
    }();
    return std::regex_match(number.begin(), number.end(), patterns.at(kind));
}

base::Result<DocumentNumber> check_citizen_shape(std::string number, std::string_view birth_digits,
                                                 bool has_area) {
    if (!has_citizen_shape(number)) {
        return refused("E_DOC_FORMAT", "17 digits and a check character are needed");
    }
    const auto birth = compact_date(birth_digits);
    if (!birth) return refused("E_DOC_DATE", "the date of birth in the number does not exist");
    if (mod_11_2(number) != number[17]) {
        return refused("E_DOC_CHECK_DIGIT", "the check character of the number is wrong");
    }
    if (has_area && !is_ever_area(std::string_view(number).substr(0, 6))) {
        return refused("E_DOC_AREA", "the area part of the number was never in use");
    }
    DocumentNumber out;
    out.birth = birth;
    if (has_area) out.sex = (number[16] - '0') % 2 == 1 ? 1 : 2;
    out.normalised = std::move(number);
    return out;
}

base::Result<DocumentNumber> check_citizen(std::string number) {
    if (!has_citizen_shape(number)) {
        return refused("E_DOC_FORMAT", "17 digits and a check character are needed");
    }
    const std::string birth = number.substr(6, 8);
    return check_citizen_shape(std::move(number), birth, true);
}

base::Result<DocumentNumber> check_old_citizen(const std::string& number, bool for_matching) {
    if (!for_matching) {
        return refused("E_DOC_KIND", "15-digit numbers serve for matching only; use the new one");
    }
    if (number.size() != 15 || !all_digits(number)) {
        return refused("E_DOC_FORMAT", "15 digits are needed");
    }
    std::string upgraded = number.substr(0, 6) + "19" + number.substr(6);
    upgraded += mod_11_2(upgraded);
    return check_citizen(std::move(upgraded));
}

base::Result<DocumentNumber> check_permanent_resident(std::string number) {
    if (!has_citizen_shape(number)) {
        return refused("E_DOC_FORMAT", "17 digits and a check character are needed");
    }
    if (!is_numeric_country(std::string_view(number).substr(3, 3))) {
        return refused("E_DOC_AREA", "the country part of the number is not a country");
    }
    const std::string birth = number.substr(6, 8);
    return check_citizen_shape(std::move(number), birth, false);
}

}  // namespace

char mod_11_2(std::string_view seventeen_digits) {
    static constexpr int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < 17 && i < seventeen_digits.size(); ++i) {
        sum += (seventeen_digits[i] - '0') * weights[i];
    }
    return mod_11_2_digits[static_cast<std::size_t>(sum % 11)];
}

std::string fold_width(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto at = [&](std::size_t n) {
            return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0u;
        };
        if (at(0) == 0xEF && (at(1) == 0xBC || at(1) == 0xBD) && at(2) >= 0x80 && at(2) <= 0xBF) {
            const unsigned point = 0xF000 | (at(1) & 0x3F) << 6 | (at(2) & 0x3F);
            if (point >= 0xFF01 && point <= 0xFF5E) {
                out += static_cast<char>(point - 0xFEE0);
                i += 2;
                continue;
            }
        }
        if (at(0) == 0xE3 && at(1) == 0x80 && at(2) == 0x80) {
            out += ' ';
            i += 2;
            continue;
        }
        out += text[i];
    }
    return out;
}

base::Result<DocumentNumber> check_document(std::string_view kind, std::string_view issuer,
                                            std::string_view number, bool for_matching) {
    const auto* row = CodeLists::built_in().list("id_document_kinds")->find(kind);
    if (!row) return refused("E_DOC_KIND", "not a kind of identity document");
    if (row->find("issuer")->second == "CN" && !issuer.empty() && issuer != "CHN") {
        return refused("E_DOC_ISSUER", "documents of this kind are issued by CHN");
    }
    std::string folded = fold_width(number);
    for (char& c : folded) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (kind == "CN_ID15") return check_old_citizen(folded, for_matching);
    if (kind == "CN_ID") return check_citizen(std::move(folded));
    if (kind == "FPR" && folded.starts_with('9')) {
        return check_permanent_resident(std::move(folded));
    }

    if (!matches_pattern(std::string(kind), folded)) {
        return refused("E_DOC_FORMAT", "the number does not have the form of its kind of document");
    }
    if (row->find("check")->second == "MOD 11-2") {
        const std::string birth = folded.substr(6, 8);
        return check_citizen_shape(std::move(folded), birth, false);
    }
    DocumentNumber out;
    // Travel permits: the digits behind count reissues and are no part of the person's number.
    if (kind == "HM_TRV") folded.resize(9);
    if (kind == "TW_TRV") folded.resize(8);
    out.normalised = std::move(folded);
    return out;
}

base::Result<void> check_uscc(std::string_view code) {
    static constexpr int weights[17] = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                        29, 25, 13, 8,  24, 10, 30, 28};
    if (code.size() != 18) return refused("E_USCC", "18 characters are needed");
    int sum = 0;
    for (std::size_t i = 0; i < 18; ++i) {
        const auto value = uscc_alphabet.find(code[i]);
        if (value == std::string_view::npos) {
            return refused("E_USCC", "only digits and capital letters without I, O, S, V, Z");
        }
        if (i < 17) sum += static_cast<int>(value) * weights[i];
    }
    if (!all_digits(code.substr(2, 6))) {
        return refused("E_USCC", "positions 3 to 8 are the division code of the registrar");
    }
    if (code[17] != uscc_alphabet[static_cast<std::size_t>((31 - sum % 31) % 31)]) {
        return refused("E_USCC", "the check character is wrong");
    }
    return {};
}

bool organisation_code_matches(std::string_view nine_characters) {
    static constexpr int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
    if (nine_characters.size() != 9) return false;
    int sum = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        const char c = nine_characters[i];
        if (c >= '0' && c <= '9') sum += (c - '0') * weights[i];
        else if (c >= 'A' && c <= 'Z') sum += (c - 'A' + 10) * weights[i];
        else return false;
    }
    const int check = 11 - sum % 11;
    const char expected = check == 10   ? 'X'
                          : check == 11 ? '0'
                                        : static_cast<char>('0' + check);
    return nine_characters[8] == expected;
}

}  // namespace events
