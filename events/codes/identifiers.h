// Identifiers with check digits (domain.md part 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "events/dates.h"

namespace events {

/// What an identity document number says by itself.
struct DocumentNumber {
    std::string normalised;      ///< key for equality: width and case folded, reissue digits cut
    std::optional<Date> birth;   ///< where the number carries the date of birth
    std::optional<int> sex;      ///< 1 male, 2 female, where the number carries it
};

/// Checks a number of a kind of id_document_kinds.csv. Full-width digits and letters are folded,
/// lower-case x becomes X. A 15-digit citizen number is upgraded to 18 (`for_matching` only).
/// Fails with `invalid`: E_DOC_KIND, E_DOC_FORMAT, E_DOC_CHECK_DIGIT, E_DOC_DATE, E_DOC_AREA.
base::Result<DocumentNumber> check_document(std::string_view kind, std::string_view issuer,
                                            std::string_view number, bool for_matching = false);

/// GB 32100-2015 unified social credit code. Fails with `invalid` E_USCC.
base::Result<void> check_uscc(std::string_view code);
/// GB 11714 check character of an organisation code (positions 9-17 of a USCC); a mismatch is
/// only a warning there (legacy codes).
bool organisation_code_matches(std::string_view nine_characters);

/// ISO 7064 MOD 11-2 check character of a citizen number's first 17 digits.
char mod_11_2(std::string_view seventeen_digits);

/// Full-width ASCII forms (U+FF01..U+FF5E, U+3000) folded to ASCII; the rest unchanged.
std::string fold_width(std::string_view text);

}  // namespace events
