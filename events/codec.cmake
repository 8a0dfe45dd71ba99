# The catalogue, code lists, JSON and the event's bytes.
target_sources(events PRIVATE
    catalogue.cpp
    codes/code_lists.cpp
    codes/csv.cpp
    codes/identifiers.cpp
    command.cpp
    dates.cpp
    edit_distance.cpp
    event.cpp
    fact.cpp
    json/command_data.cpp
    json/command_envelope.cpp
    json/command_reader.cpp
    json/cross_checks.cpp
    json/event_writer.cpp
    json/faults.cpp
    json/json_text.cpp
    json/payload_build.cpp
    json/payload_reader.cpp
    json/payload_values.cpp
    json/payload_writer.cpp
    json/references.cpp
    json/text.cpp
    schema_attributes.cpp
    zone.cpp)

# A list is added by putting its file there.
file(GLOB code_list_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/codes/lists/*.csv)
set(code_list_names "")
foreach(file ${code_list_files})
    get_filename_component(name ${file} NAME_WE)
    string(APPEND code_list_names "CODE_LIST(${name})\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/events/code_list_names.inc
    CONTENT "${code_list_names}")

embed_files(events codec ${schema_binary} ${code_list_files})
