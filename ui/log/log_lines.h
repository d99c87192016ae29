#pragma once

#include "ui/log/line_index.h"

#include <QCache>

#include <memory>
#include <vector>

namespace switchyard::ui {

//! One line as it stands in the file, bounded.
struct RawLine {
    qint64 start = 0;
    qint64 end = 0;     //!< of its text, without the line end
    QByteArray bytes;   //!< at most maxRawLineBytes: the beginning, or the last state of a long progress line
    qint64 hidden = 0;  //!< bytes of the line that are not in `bytes`
    bool ended = false; //!< '\n' has been written
};
constexpr qint64 maxRawLineBytes = 32 * 1024;

//! Lines by the offset of their first byte: what a view needs to walk from page to page without knowing numbers.
//! Not thread-safe.
class LineSource
{
public:
    virtual ~LineSource() = default;
    //! The line that holds the byte at `offset`, or the nearest there is; -1 when there is no line at all.
    virtual qint64 lineStart(qint64 offset) = 0;
    virtual qint64 next(qint64 start) = 0;     //!< -1: it is the last
    virtual qint64 previous(qint64 start) = 0; //!< -1: it is the first
    virtual RawLine read(qint64 start) = 0;
    virtual qint64 begin() const = 0; //!< offsets are at least this …
    virtual qint64 end() const = 0;   //!< … and below this
};

//! All lines of the file, up to the size that was told last: the file may be growing meanwhile. Reads by pages that it
//! keeps for a while. A line of more than some megabytes is crossed with the help of the index; before that knows, it
//! is taken to be the last one.
class LogLines : public LineSource
{
public:
    LogLines(std::shared_ptr<const LogFile> file, const LineIndex& index);
    void setEnd(qint64 end);     //!< only ever grows
    void setBegin(qint64 begin); //!< only ever comes down
    qint64 lineStart(qint64 offset) override;
    qint64 next(qint64 start) override;
    qint64 previous(qint64 start) override;
    RawLine read(qint64 start) override;
    qint64 begin() const override { return m_begin; }
    qint64 end() const override { return m_end; }

private:
    QByteArrayView page(qint64 number);
    qint64 findEnd(qint64 from);       //!< of the next '\n', or -1
    qint64 findEndBefore(qint64 from); //!< the last '\n' before `from`, or the byte before the first
    QByteArray bytes(qint64 from, qint64 length);

    std::shared_ptr<const LogFile> m_file;
    const LineIndex& m_index;
    QCache<qint64, QByteArray> m_pages;
    qint64 m_begin = 0, m_end = 0;
};

//! Some of the lines: those whose offsets are in an ascending list.
class SelectedLines : public LineSource
{
public:
    explicit SelectedLines(LogLines& all) : m_all(all) {}
    void append(const std::vector<qint64>& starts) { m_starts.insert(m_starts.end(), starts.begin(), starts.end()); }
    qsizetype count() const { return qsizetype(m_starts.size()); }
    qint64 lineStart(qint64 offset) override;
    qint64 next(qint64 start) override;
    qint64 previous(qint64 start) override;
    RawLine read(qint64 start) override { return m_all.read(start); }
    qint64 begin() const override { return m_starts.empty() ? 0 : m_starts.front(); }
    qint64 end() const override { return m_starts.empty() ? 0 : m_starts.back() + 1; }

private:
    LogLines& m_all;
    std::vector<qint64> m_starts;
};

} // namespace switchyard::ui
