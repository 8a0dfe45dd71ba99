# Generates C++ headers and the binary schema from events/schema/*.fbs. Generated headers assert
# the exact FlatBuffers version, so they are made at build time and never committed.
find_program(FLATC flatc REQUIRED)
file(GLOB schema_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/events/schema/*.fbs)
set(schema_dir ${CMAKE_BINARY_DIR}/generated/events/schema)
set(schema_headers "")
foreach(source ${schema_sources})
    get_filename_component(name ${source} NAME_WE)
    list(APPEND schema_headers ${schema_dir}/${name}_generated.h)
endforeach()
set(schema_binary ${schema_dir}/event.bfbs)
add_custom_command(
    OUTPUT ${schema_headers} ${schema_binary}
    COMMAND ${FLATC} --cpp --cpp-std c++17 --scoped-enums --gen-mutable -o ${schema_dir} ${schema_sources}
    COMMAND ${FLATC} -b --schema --bfbs-builtins -o ${schema_dir} ${CMAKE_SOURCE_DIR}/events/schema/event.fbs
    DEPENDS ${schema_sources}
    COMMENT "Generating the schema")
add_custom_target(schema DEPENDS ${schema_headers} ${schema_binary})
