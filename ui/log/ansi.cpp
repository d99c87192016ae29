#include "ui/log/ansi.h"

#include "ui/log/escape_sequence.h"

#include <algorithm>
#include <array>

namespace switchyard::ui {

namespace {

constexpr char32_t invalidCharacter = 0xfffd;

struct Decoded {
    char32_t character = 0;
    int length = 1;
    bool valid = true;
};

//! One character of UTF-8. Overlong forms, surrogates and cut sequences are one invalid byte.
Decoded decode(QByteArrayView bytes, qsizetype at)
{
    const auto byte = [&](qsizetype i) { return i < bytes.size() ? quint8(bytes[i]) : quint8(0); };
    const auto first = byte(at);
    if (first < 0x80)
        return {first};
    const int length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length == 0 || first >= 0xf5)
        return {invalidCharacter, 1, false};
    char32_t character = first & (0x7f >> length);
    for (int i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80)
            return {invalidCharacter, 1, false};
        character = character << 6 | (byte(at + i) & 0x3f);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (character < least[size_t(length)] || character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
        return {invalidCharacter, 1, false};
    return {character, length};
}

//! Appends what is shown for a character: a control as "^G", as terminals have always done (hardly a font has pictures
//! for them). Characters that turn the direction of the text around or break the line could make a log say something
//! else than it does.
void appendShown(QString& text, char32_t character)
{
    if ((character < 0x20 && character != '\t') || character == 0x7f)
        text.append(u'^').append(QChar(char16_t(character ^ 0x40)));
    else if ((character >= 0x80 && character < 0xa0) || (character >= 0x202a && character <= 0x202e) ||
             (character >= 0x2066 && character <= 0x2069) || character == 0x2028 || character == 0x2029)
        text += QChar(QChar::ReplacementCharacter);
    else
        text += QChar::fromUcs4(character);
}

struct Cell {
    char32_t character = ' ';
    int length = 1;        //!< bytes
    qsizetype source = -1; //!< position in the line; -1: a gap that the cursor jumped over
    TextStyle style;
};

//! One row of a terminal.
class Row
{
public:
    Row(const TextStyle& style, qsizetype limit) : m_style(style), m_limit(limit) {}

    void play(QByteArrayView bytes)
    {
        for (qsizetype at = 0; at < bytes.size();) {
            const char c = bytes[at];
            if (c == escape) {
                const auto sequence = readEscape(bytes, at);
                control(sequence);
                at += sequence.length;
            } else if (c == '\r') {
                m_column = 0;
                ++at;
            } else if (c == '\b') {
                m_column = std::max<qsizetype>(0, m_column - 1);
                ++at;
            } else {
                const auto decoded = decode(bytes, at);
                put({decoded.character, decoded.length, at, m_style});
                at += decoded.length;
            }
        }
    }
    const std::vector<Cell>& cells() const { return m_cells; }
    const TextStyle& style() const { return m_style; }
    bool cut() const { return m_cut; }

private:
    void put(const Cell& cell)
    {
        if (m_column >= m_limit) {
            m_cut = true;
            return;
        }
        if (size_t(m_column) >= m_cells.size())
            m_cells.resize(size_t(m_column) + 1);
        m_cells[size_t(m_column++)] = cell;
    }
    void control(const EscapeSequence& sequence)
    {
        if (applyGraphics(m_style, sequence))
            return;
        const EscapeParameters parameters(sequence.parameters);
        const qsizetype count = std::max(1, parameters.at(0, 1));
        switch (sequence.final) {
        case 'C':
            m_column = std::min(m_limit, m_column + count);
            break;
        case 'D':
            m_column = std::max<qsizetype>(0, m_column - count);
            break;
        case 'G':
            m_column = std::min(m_limit, count - 1);
            break;
        case 'K':
            erase(parameters.at(0, 0));
            break;
        default:
            break;
        }
    }
    void erase(int what)
    {
        if (what == 0 && size_t(m_column) < m_cells.size())
            m_cells.resize(size_t(m_column));
        else if (what == 1)
            std::fill_n(m_cells.begin(), std::min(m_cells.size(), size_t(m_column) + 1), Cell{});
        else if (what == 2)
            m_cells.clear();
    }

    std::vector<Cell> m_cells;
    TextStyle m_style;
    qsizetype m_column = 0;
    qsizetype m_limit;
    bool m_cut = false;
};

QByteArrayView withoutLineEnd(QByteArrayView bytes)
{
    if (bytes.endsWith('\n'))
        bytes.chop(1);
    if (bytes.endsWith('\r'))
        bytes.chop(1);
    return bytes;
}

} // namespace

DisplayLine parseLine(QByteArrayView bytes, const TextStyle& before)
{
    Row row(before, maxDisplayCells);
    row.play(withoutLineEnd(bytes));
    DisplayLine line;
    line.after = row.style();
    line.cut = row.cut();
    line.text.reserve(qsizetype(row.cells().size()));
    for (const auto& cell : row.cells()) {
        const auto start = int(line.text.size());
        appendShown(line.text, cell.character);
        if (cell.style == TextStyle{})
            continue;
        const int length = int(line.text.size()) - start;
        if (!line.runs.isEmpty() && line.runs.back().style == cell.style &&
            line.runs.back().start + line.runs.back().length == start)
            line.runs.back().length += length;
        else
            line.runs << StyledRun{start, length, cell.style};
    }
    return line;
}

TextStyle styleAfter(QByteArrayView bytes, TextStyle style)
{
    qsizetype at = 0;
    while ((at = bytes.indexOf(escape, at)) >= 0) {
        const auto sequence = readEscape(bytes, at);
        applyGraphics(style, sequence);
        at += sequence.length;
    }
    return style;
}

bool needsTerminal(QByteArrayView bytes)
{
    // A search asks this of every byte of a log, and the answer is mostly no: nothing is quicker than memchr().
    if (bytes.contains(escape) || bytes.contains('\b'))
        return true;
    for (auto at = bytes.indexOf('\r'); at >= 0 && at + 1 < bytes.size(); at = bytes.indexOf('\r', at + 1)) {
        if (bytes[at + 1] != '\n')
            return true;
    }
    return false;
}

QByteArray visibleBytes(QByteArrayView line, std::vector<qsizetype>* sources)
{
    const auto content = withoutLineEnd(line);
    QByteArray bytes;
    if (content.size() > maxTerminalBytes || !needsTerminal(content)) {
        bytes = content.toByteArray();
        if (sources) {
            sources->resize(size_t(bytes.size()));
            for (size_t i = 0; i < sources->size(); ++i)
                (*sources)[i] = qsizetype(i);
        }
        return bytes;
    }
    Row row({}, maxTerminalBytes);
    row.play(content);
    qsizetype last = 0;
    for (const auto& cell : row.cells()) {
        const auto from = cell.source < 0 ? last : cell.source;
        if (cell.source < 0)
            bytes += ' ';
        else
            bytes += content.sliced(from, cell.length);
        for (int i = 0; sources && i < (cell.source < 0 ? 1 : cell.length); ++i)
            sources->push_back(from + i);
        last = from;
    }
    return bytes;
}

} // namespace switchyard::ui
