#pragma once

#include "ui/log/log_file.h"

#include <limits>
#include <mutex>
#include <optional>
#include <vector>

namespace switchyard::ui {

//! How many lines end before each block of a log: finds a line's number, or the line of a number, by reading one block.
//! Units: offsets are bytes from the start of the file; lines count from 0 and end at '\n'. Memory: 8 bytes a block of
//! 256 KiB, however short or long the lines are.
//! Threads: extend() from one thread at a time (a worker's); everything else from any thread meanwhile.
class LineIndex
{
public:
    static constexpr qint64 blockBytes = 256 * 1024;

    //! Counts on through what was appended since the last call, `budget` bytes at most. True when the file's end (as it
    //! was at the start of the call) is covered.
    bool extend(const LogFile& file, qint64 budget = std::numeric_limits<qint64>::max());
    void clear();

    qint64 covered() const;  //!< bytes counted so far
    qint64 newlines() const; //!< line ends in them
    //! The number of the line that holds the byte at `offset`; nothing while the index has not come that far.
    std::optional<qint64> lineAt(const LogFile& file, qint64 offset) const;
    //! Where the line begins; nothing while unknown or if there is no such line.
    std::optional<qint64> offsetOf(const LogFile& file, qint64 line) const;
    //! For lines that are longer than anybody wants to scan: the start of the last block that ends at or before
    //! `offset` and holds a line end (-1: none), and of the first block from `offset` on that does (-1: none counted).
    qint64 blockWithEndBefore(qint64 offset) const;
    qint64 blockWithEndFrom(qint64 offset) const;

private:
    mutable std::mutex m_mutex;
    std::vector<qint64> m_before{0};            //!< line ends before block i; one more than there are whole blocks
    qint64 m_tailBytes = 0, m_tailNewlines = 0; //!< of the block that is not whole yet
};

//! Line ends in the bytes.
qint64 countNewlines(const char* bytes, qint64 length);

} // namespace switchyard::ui
