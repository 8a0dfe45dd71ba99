# Tests of schedules, transfers, engagements and duties.
set(PROCESS_TESTS
    duties_test.cpp
    engagement_load_test.cpp
    engagement_random_test.cpp
    engagement_rules_test.cpp
    schedule_test.cpp
    states_test.cpp
    transfer_rules_test.cpp)
