# The catalogue, code lists, JSON and the event's bytes.
target_sources(events PRIVATE
    catalogue.cpp
    command.cpp
    dates.cpp
    event.cpp
    fact.cpp)

embed_files(events codec ${schema_binary})
