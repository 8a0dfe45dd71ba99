# Tests of schedules, transfers, engagements and duties.
set(PROCESS_TESTS
    engagement_load_test.cpp
    schedule_test.cpp)
