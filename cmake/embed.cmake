# embed_files(target symbol_prefix file...): puts files into the program's read-only data.
# A file `x/some_list.csv` becomes the symbols <prefix>_some_list_csv and <prefix>_some_list_csv_end.
# An assembler `.incbin` compiles at once, unlike arrays of hexadecimal numbers.
function(embed_files target prefix)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${prefix}_embedded.S)
    set(text "")
    foreach(file ${ARGN})
        get_filename_component(path ${file} ABSOLUTE)
        get_filename_component(name ${file} NAME)
        string(MAKE_C_IDENTIFIER ${name} symbol)
        string(APPEND text
            ".section .rodata\n.balign 16\n.global ${prefix}_${symbol}\n${prefix}_${symbol}:\n"
            ".incbin \"${path}\"\n.global ${prefix}_${symbol}_end\n${prefix}_${symbol}_end:\n.byte 0\n")
        list(APPEND paths ${path})
    endforeach()
    string(APPEND text ".section .note.GNU-stack,\"\",%progbits\n")
    file(GENERATE OUTPUT ${source} CONTENT "${text}")
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${paths}" GENERATED TRUE)
    target_sources(${target} PRIVATE ${source})
endfunction()
