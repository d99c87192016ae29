#pragma once

#include "process/log_times.h"
#include "ui/log/log_file.h"

#include <QList>
#include <QString>

#include <atomic>
#include <chrono>
#include <optional>

namespace switchyard::ui {

//! A place in a log: the offset of a line, and a column in UTF-16 units of what is shown of it.
struct LogPosition {
    qint64 line = -1;
    int column = 0;
    bool isValid() const { return line >= 0; }
    auto operator<=>(const LogPosition&) const = default;
};

//! More than this is not put on the clipboard.
constexpr qint64 mostCopied = 256 << 20;

//! The text between two places as it is shown, lines joined by '\n', read from disk line by line: also that of lines
//! far longer than the view shows. Any thread. Stops early, with what it has, when `stop` is set or mostCopied is met.
//! With `times`, each line begins with when it was written.
QString textBetween(const LogFile& file, LogPosition from, LogPosition to, const std::atomic<bool>& stop,
                    const QList<process::TimeRecord>& times = {});

//! When the byte at this offset was written, as far as these records, in order, tell.
std::optional<std::chrono::milliseconds> timeIn(const QList<process::TimeRecord>& times, qint64 offset);
//! "2026-11-21 14:03:22.5", in local time.
QString timeText(std::chrono::milliseconds time);

} // namespace switchyard::ui
