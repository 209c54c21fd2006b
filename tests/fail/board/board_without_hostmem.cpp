// EXPECT: hostmem
// What a board is made of has no name for host memory.
#include <wirewrap/board.hpp>
#ifdef WIREWRAP_MISTAKE
#else
#include <wirewrap/hostmem.hpp>
#endif

using Memory = wirewrap::hostmem::Anonymous;
