# switchyard_engine_test(name …): a test that runs the engine as a process of its own.
function(switchyard_engine_test name)
    switchyard_test(${name} ${ARGN} DEPENDS client git store Qt6::Network)
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE FAKESWY="${CMAKE_BINARY_DIR}/tests/fakeswy")
    add_dependencies(${name} fakeswy)
endfunction()
