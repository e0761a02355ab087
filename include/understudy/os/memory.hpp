// How this process gets its memory from the kernel.
#pragma once

namespace understudy::os {

// For a process that is about to make megabytes of small values and then ends: the heap grows in one step, in
// huge pages where the kernel gives them for the asking. Otherwise half of the time goes into asking for one
// small page after the other. Without effect where the C library is not glibc's or its heap is replaced.
void expect_large_heap();

// For a daemon that makes megabytes of small values at times, as a reload does, and has deadlines in between:
// what it gives back stays at hand, up to 8 MiB, instead of being asked for page by page the next time.
void keep_freed_heap();

// For a daemon that is about to start processes, each of which would keep what it has freed, too.
void give_back_freed_heap();

}  // namespace understudy::os
