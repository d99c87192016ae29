#include "gate/words.h"

#include <QJsonArray>

namespace switchyard::gate {

namespace {
constexpr qsizetype mostBraceWords = 200;

struct Piece {
    QChar c;
    bool quoted;
};

struct Pieces {
    QList<Piece> list;
    Word word; // everything but the text
    void add(QStringView text, bool quoted)
    {
        for (const auto c : text)
            list.append({c, quoted});
    }
};

void addUnquoted(Pieces& out, QStringView raw)
{
    for (qsizetype i = 0; i < raw.size(); ++i) {
        if (raw[i] == u'\\' && i + 1 < raw.size()) {
            if (raw[++i] != u'\n')
                out.list.append({raw[i], true});
            continue;
        }
        if (raw[i] == u'*' || raw[i] == u'?' || raw[i] == u'[')
            out.word.glob = true;
        out.list.append({raw[i], false});
    }
}

void addDoubleQuoted(Pieces& out, QStringView raw, bool hereDocument)
{
    for (qsizetype i = 0; i < raw.size(); ++i) {
        const bool escapes = raw[i] == u'\\' && i + 1 < raw.size() &&
                             (u"$`\\\n"_s.contains(raw[i + 1]) || (!hereDocument && raw[i + 1] == u'"'));
        if (!escapes)
            out.list.append({raw[i], true});
        else if (raw[++i] != u'\n')
            out.list.append({raw[i], true});
    }
}

void addParts(Pieces& out, const QJsonArray& parts, bool quoted, bool hereDocument);

void addPart(Pieces& out, const QJsonObject& part, bool quoted, bool hereDocument)
{
    const auto type = part.value("Type"_L1).toString();
    if (type == u"Lit") {
        const auto raw = part.value("Value"_L1).toString();
        quoted ? addDoubleQuoted(out, raw, hereDocument) : addUnquoted(out, raw);
    } else if (type == u"SglQuoted") {
        const auto raw = part.value("Value"_L1).toString();
        out.add(part.value("Dollar"_L1).toBool() ? decodeAnsiC(raw) : raw, true);
        if (raw.isEmpty() && out.list.isEmpty())
            return;
    } else if (type == u"DblQuoted") {
        addParts(out, part.value("Parts"_L1).toArray(), true, false);
    } else {
        // Parameter, substitution, arithmetic, extended glob, or something newer than this program.
        if (type == u"ParamExp")
            out.word.variables << part.value("Param"_L1).toObject().value("Value"_L1).toString();
        if (type == u"ExtGlob")
            out.word.glob = true;
        out.word.dynamic = true;
        out.word.process = out.word.process || type == u"ProcSubst";
        out.word.splits = out.word.splits || (!quoted && type != u"ArithmExp" && type != u"ProcSubst");
        out.list.append({hole, true});
    }
}

void addParts(Pieces& out, const QJsonArray& parts, bool quoted, bool hereDocument)
{
    for (const auto& part : parts)
        addPart(out, part.toObject(), quoted, hereDocument);
}

using PieceList = QList<Piece>;

// The brace at `open` and its commas, if it is one that bash expands.
struct Braces {
    qsizetype close = -1;
    QList<qsizetype> commas;
    bool sequence = false;
};

Braces findBraces(const PieceList& pieces, qsizetype open)
{
    Braces found;
    int depth = 0;
    for (qsizetype i = open; i < pieces.size(); ++i) {
        if (pieces[i].quoted)
            continue;
        const auto c = pieces[i].c;
        if (c == u'{')
            ++depth;
        else if (c == u',' && depth == 1)
            found.commas << i;
        else if (c == u'.' && depth == 1 && i + 1 < pieces.size() && pieces[i + 1].c == u'.')
            found.sequence = true;
        else if (c == u'}' && --depth == 0) {
            found.close = i;
            return found;
        }
    }
    return found;
}

void expandBraces(const PieceList& pieces, QList<PieceList>& out)
{
    for (qsizetype i = 0; i < pieces.size() && out.size() < mostBraceWords; ++i) {
        if (pieces[i].quoted || pieces[i].c != u'{' || (i > 0 && pieces[i - 1].c == u'$' && !pieces[i - 1].quoted))
            continue;
        const auto braces = findBraces(pieces, i);
        if (braces.close < 0 || (braces.commas.isEmpty() && !braces.sequence))
            continue;
        if (braces.commas.isEmpty()) { // {1..3}: what it counts is not worth knowing
            auto counted = pieces.first(i);
            counted << Piece{hole, true} << pieces.sliced(braces.close + 1);
            return expandBraces(counted, out);
        }
        qsizetype from = i + 1;
        for (const auto to : braces.commas + QList<qsizetype>{braces.close}) {
            expandBraces(pieces.first(i) + pieces.sliced(from, to - from) + pieces.sliced(braces.close + 1), out);
            from = to + 1;
        }
        return;
    }
    out << pieces;
}

Word finish(const PieceList& pieces, const Word& like)
{
    auto word = like;
    word.text.reserve(pieces.size());
    for (const auto& piece : pieces)
        word.text += piece.c;
    word.dynamic = word.dynamic || word.unknown();
    if (word.text == hole && word.variables.size() == 1)
        word.onlyVariable = word.variables.first();
    return word;
}

int digitsAt(QStringView text, qsizetype from, int most, int base, uint& value)
{
    int count = 0;
    value = 0;
    while (count < most && from + count < text.size()) {
        bool ok = false;
        const uint digit = text.sliced(from + count, 1).toUInt(&ok, base);
        if (!ok)
            break;
        value = value * uint(base) + digit;
        ++count;
    }
    return count;
}
} // namespace

SourceMap::SourceMap(const QString& text) : m_text(text)
{
    const auto bytes = text.toUtf8();
    if (bytes.size() == text.size())
        return;
    m_positions.reserve(bytes.size() + 1);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        const int width = c.unicode() < 0x80 ? 1 : c.unicode() < 0x800 ? 2 : c.isSurrogate() ? 2 : 3;
        for (int byte = 0; byte < width; ++byte)
            m_positions << i;
    }
    m_positions << text.size();
}

qsizetype SourceMap::position(qint64 byte) const
{
    if (m_positions.isEmpty())
        return std::clamp<qsizetype>(byte, 0, m_text.size());
    return m_positions[std::clamp<qsizetype>(byte, 0, m_positions.size() - 1)];
}

Span SourceMap::span(const QJsonObject& node) const
{
    const auto offset = [&node](QLatin1StringView key) {
        return node.value(key).toObject().value("Offset"_L1).toInteger();
    };
    const auto start = position(offset("Pos"_L1));
    return {start, std::max<qsizetype>(0, position(offset("End"_L1)) - start)};
}

QString decodeAnsiC(QStringView raw)
{
    QString out;
    for (qsizetype i = 0; i < raw.size(); ++i) {
        if (raw[i] != u'\\' || i + 1 >= raw.size()) {
            out += raw[i];
            continue;
        }
        const auto c = raw[++i];
        static constexpr QStringView from = u"abeEfnrtv\\'\"?";
        static constexpr char to[] = "\a\b\033\033\f\n\r\t\v\\'\"?";
        uint value = 0;
        if (const auto plain = from.indexOf(c); plain >= 0) {
            out += QLatin1Char(to[plain]);
        } else if (c == u'x' || c == u'u' || c == u'U') {
            i += digitsAt(raw, i + 1, c == u'x' ? 2 : c == u'u' ? 4 : 8, 16, value);
            value >= 0xd800 ? out += hole : out += QChar(ushort(value));
        } else if (c >= u'0' && c <= u'7') {
            i += digitsAt(raw, i, 3, 8, value) - 1;
            out += QChar(ushort(value & 0xff));
        } else if (c == u'c' && i + 1 < raw.size()) {
            out += QChar(ushort(raw[++i].unicode() & 0x1f));
        } else {
            out += u'\\';
            out += c;
        }
    }
    // A NUL ends the text in bash; what follows it is dropped there and must not hide anything here.
    return out.replace(QChar(0), hole);
}

Word readPlainWord(const QJsonObject& word, const SourceMap& source, bool hereDocument)
{
    Pieces pieces;
    pieces.word.span = source.span(word);
    addParts(pieces, word.value("Parts"_L1).toArray(), hereDocument, hereDocument);
    return finish(pieces.list, pieces.word);
}

QList<Word> readWord(const QJsonObject& word, const SourceMap& source)
{
    Pieces pieces;
    pieces.word.span = source.span(word);
    addParts(pieces, word.value("Parts"_L1).toArray(), false, false);
    QList<PieceList> expanded;
    expandBraces(pieces.list, expanded);
    QList<Word> words;
    for (const auto& list : std::as_const(expanded))
        words << finish(list, pieces.word);
    if (words.size() >= mostBraceWords) { // {a,b}{a,b}…: not worth counting, never to be trusted
        words.resize(1);
        words.first().text = hole;
        words.first().dynamic = words.first().splits = true;
    }
    return words;
}

std::optional<QList<Word>> splitPlain(const QString& text)
{
    QList<Word> words;
    for (qsizetype i = 0; i < text.size();) {
        if (text[i] == u' ') {
            ++i;
            continue;
        }
        Word word;
        word.span = {i, 0};
        for (; i < text.size() && text[i] != u' '; ++i) {
            if (text[i] == u'\'' || text[i] == u'"') {
                const auto end = text.indexOf(text[i], i + 1);
                if (end < 0)
                    return {};
                word.text += QStringView(text).sliced(i + 1, end - i - 1);
                i = end;
            } else if (u"|&;<>()`\\\n\t"_s.contains(text[i])) {
                return {};
            } else {
                word.glob = word.glob || text[i] == u'*' || text[i] == u'?';
                word.text += text[i];
            }
        }
        word.span.length = i - word.span.start;
        words << word;
    }
    return words;
}

QString quoteForShell(const QList<Word>& words)
{
    QStringList quoted;
    for (const auto& word : words) {
        auto text = word.text;
        quoted << u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
    }
    return quoted.join(u' ');
}

} // namespace switchyard::gate
