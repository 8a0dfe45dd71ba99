# Folds and standings; the rules of talents, employers, affiliations, reference data, corrections.
target_sources(events PRIVATE
    rules/affiliation.cpp
    rules/affiliation_fold.cpp
    rules/affiliation_timeline.cpp
    rules/batches.cpp
    rules/birth.cpp
    rules/complete.cpp
    rules/correction.cpp
    rules/correction_target.cpp
    rules/decide.cpp
    rules/deciding.cpp
    rules/employer.cpp
    rules/employer_fold.cpp
    rules/identity.cpp
    rules/merge.cpp
    rules/ops.cpp
    rules/person.cpp
    rules/person_fold.cpp
    rules/prepare.cpp
    rules/reference.cpp
    rules/reference_book.cpp
    rules/reference_fold.cpp
    rules/standings.cpp
    rules/talent.cpp
    rules/talent_fold.cpp
    rules/verdict.cpp
    rules/visible.cpp)
