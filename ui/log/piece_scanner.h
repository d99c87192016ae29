#pragma once

#include "ui/log/log_file.h"
#include "ui/log/matcher.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace switchyard::ui {

//! A log cut into pieces of about 256 KiB at line ends, so that several threads can search it and counts can be kept by
//! piece. Piece i holds the lines that begin at or after i × pieceBytes; where no line ends within pieceSlack of a
//! border the line is cut there (a match over such a cut, in a line of more than 64 KiB, is not found).
constexpr qint64 pieceBytes = 256 * 1024;
constexpr qint64 pieceSlack = 64 * 1024;

struct LogHit {
    qint64 offset = -1;  //!< in the file
    qint64 line = -1;    //!< offset of its line
    int indexInLine = 0; //!< the first match of the line is 0
    qint64 piece = 0;
    int indexInPiece = 0;
    bool operator==(const LogHit&) const = default;
};

//! Reads pieces and finds matches in what a terminal would show of them. One for each thread.
class PieceScanner
{
public:
    PieceScanner(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher);

    static qint64 piecesOf(qint64 size) { return (size + pieceBytes - 1) / pieceBytes; }
    //! Reads piece `index` of the file as far as `size`.
    void load(qint64 index, qint64 size);
    qint64 count();
    //! Calls `visit` for every match, in order, until it returns false.
    void each(const std::function<bool(const LogHit&)>& visit);
    //! The offsets of the lines that hold a match.
    std::vector<qint64> matchingLines();

private:
    qint64 borderAfter(qint64 offset, qint64 size) const;
    void makeVisible();
    QByteArrayView text() const { return m_changed ? QByteArrayView(m_visible) : m_piece; }
    qsizetype toPiece(qsizetype at) const; //!< from a position in text()

    std::shared_ptr<const LogFile> m_file;
    Scanner m_scanner;
    qint64 m_index = 0;
    qint64 m_begin = 0; //!< offset of the piece
    QByteArray m_raw;   //!< as read, with room to spare
    QByteArrayView m_piece;
    QByteArray m_visible; //!< the piece without escapes, when it has any
    bool m_changed = false;
    std::vector<std::pair<qsizetype, qsizetype>> m_origins; //!< position in m_visible → in m_piece, where they part
};

//! The nearest match that begins after (or, backward, before) `from`, going round the end of the file if there is none;
//! nothing if there is none at all or `stop` was set. `empty(piece)` may say that a piece is known to hold none.
std::optional<LogHit> findHit(PieceScanner& scanner, qint64 size, qint64 from, bool forward,
                              const std::atomic<bool>& stop, const std::function<bool(qint64 piece)>& empty = {});

} // namespace switchyard::ui
