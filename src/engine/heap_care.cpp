#include "engine/heap_care.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace switchyard::engine {

namespace {
constexpr milliseconds pause{5'000};
} // namespace

void HeapCare::limitHeaps()
{
#ifdef __GLIBC__
    // Setting the limits also keeps them: otherwise each large block that is freed raises them, up to 64 MiB.
    constexpr int heaps = 2, largeBlock = 256 << 10, keptOnTop = 512 << 10;
    mallopt(M_ARENA_MAX, heaps);
    mallopt(M_MMAP_THRESHOLD, largeBlock);
    mallopt(M_TRIM_THRESHOLD, keptOnTop);
#endif
}

HeapCare::HeapCare(TaskBook& book, QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(pause);
    connect(&m_timer, &QTimer::timeout, this, &HeapCare::giveBack);
    connect(&book, &TaskBook::applied, this, [this](const Event&, TaskStatus before, TaskStatus after) {
        if (before != after && isFinished(after))
            poke();
    });
}

void HeapCare::poke()
{
    if (m_timer.isActive())
        m_again = true;
    else
        m_timer.start();
}

//! Takes some milliseconds at most: only whole pages that are free are looked for.
void HeapCare::giveBack()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    if (std::exchange(m_again, false))
        m_timer.start();
}

} // namespace switchyard::engine
