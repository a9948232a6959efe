# generion_library(<folder> [DEPS target...]): the static library of src/<folder>, from all its .cpp files.
function(generion_library name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_main\\.cpp$")
  if(sources)
    add_library(generion_${name} STATIC ${sources})
    target_link_libraries(generion_${name} PUBLIC generion_options ${ARG_DEPS})
  else()
    add_library(generion_${name} INTERFACE)
    target_link_libraries(generion_${name} INTERFACE generion_options ${ARG_DEPS})
  endif()
endfunction()

# generion_unit_tests(<folder> [DEPS target...]): tests/unit/<folder>/*_test.cpp and what they share,
# *_support.cpp, as one program, a CTest test per case.
function(generion_unit_tests name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*_test.cpp
       ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*_support.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(unit_${name} ${sources})
  target_link_libraries(unit_${name} PRIVATE generion_${name} generion_test_main ${ARG_DEPS})
  target_compile_definitions(unit_${name} PRIVATE
    GENERION_VECTORS="${CMAKE_SOURCE_DIR}/tests/vectors"
    GENERION_SOURCE="${CMAKE_SOURCE_DIR}")
  catch_discover_tests(unit_${name} TEST_PREFIX "${name}: " PROPERTIES LABELS quick TIMEOUT ${GENERION_QUICK_SECONDS})
endfunction()
