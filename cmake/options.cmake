# Compiler settings shared by every target, as one interface library.
add_library(generion_options INTERFACE)
target_include_directories(generion_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(generion_options INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wformat=2 -Wno-missing-field-initializers
  -fno-omit-frame-pointer -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of these two in inlined standard library code at -O2.
  target_compile_options(generion_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
target_compile_definitions(generion_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(GENERION_SANITIZE)
  target_compile_options(generion_options INTERFACE -fsanitize=${GENERION_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(generion_options INTERFACE -fsanitize=${GENERION_SANITIZE})
  if(GENERION_SANITIZE MATCHES "thread")
    # The thread sanitizer knows no fences; Asio's queues are guarded by mutexes without them, too.
    target_compile_definitions(generion_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(GENERION_FUZZ)
  target_compile_options(generion_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT GENERION_SANITIZE)
  find_program(MOLD mold)
  if(MOLD)
    target_link_options(generion_options INTERFACE -fuse-ld=mold)
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ccache and GCC's precompiled headers agree only with this flag (ccache manual).
    add_compile_options(-fpch-preprocess)
  endif()
endif()
