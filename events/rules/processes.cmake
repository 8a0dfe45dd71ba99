# Schedules, transfers, engagements, duties.
target_sources(events PRIVATE
    rules/duties.cpp
    rules/engagement_case.cpp
    rules/engagement_fold.cpp
    rules/engagement_proposal.cpp
    rules/engagement_rules.cpp
    rules/engagement_service.cpp
    rules/engagement_timeline.cpp
    rules/load_caps.cpp
    rules/process_step.cpp
    rules/schedule.cpp
    rules/slot_clashes.cpp
    rules/transfer_effect.cpp
    rules/transfer_fold.cpp
    rules/transfer_rules.cpp)
