// Counts heap allocations: linking this target puts the counter in front of the C library's allocator.
#pragma once

#include <stdint.h>

/// Allocations of the calling thread since it began; 0 for ever where the counter cannot be put in front (sanitizers).
uint64_t pbx_allocations_of_thread(void);

/// Whether allocations are counted at all: allocates once and looks.
int pbx_allocations_are_counted(void);

/// From now on freed memory is overwritten, so that whoever still reads it is found.
void pbx_test_overwrite_freed_memory(void);
