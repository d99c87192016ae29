#include "ui/log/escape_sequence.h"

#include <algorithm>
#include <optional>

namespace switchyard::ui {

namespace {

//! Length of a string sequence (ESC ] …, ESC P …) up to BEL or ST; only its introducer if it has no end.
qsizetype stringLength(QByteArrayView bytes, qsizetype at)
{
    for (auto i = at + 2; i < bytes.size(); ++i) {
        if (bytes[i] == '\a')
            return i + 1 - at;
        if (bytes[i] == escape)
            return i + 1 < bytes.size() && bytes[i + 1] == '\\' ? i + 2 - at : i - at;
    }
    return std::min<qsizetype>(2, bytes.size() - at);
}

//! 38 and 48: reads the colour that follows at `i`, and leaves `i` at its last number.
std::optional<AnsiColor> extendedColor(const EscapeParameters& parameters, int& i)
{
    const auto byte = [&](int index) { return quint8(std::clamp(parameters.at(index, 0), 0, 255)); };
    const int mode = parameters.at(i + 1, 0);
    if (mode == 5) {
        const AnsiColor color{AnsiColor::Kind::Indexed, byte(i + 2), 0, 0};
        i += 2;
        return color;
    }
    if (mode == 2) {
        const AnsiColor color{AnsiColor::Kind::Rgb, byte(i + 2), byte(i + 3), byte(i + 4)};
        i += 4;
        return color;
    }
    i = parameters.count;
    return {};
}

AnsiColor indexed(int index)
{
    return {AnsiColor::Kind::Indexed, quint8(index), 0, 0};
}

void applyCodes(TextStyle& style, const EscapeParameters& parameters)
{
    for (int i = 0; i < parameters.count; ++i) {
        const int value = parameters.at(i, 0);
        switch (value) {
        case 0:
            style = {};
            break;
        case 1:
            style.bold = true;
            break;
        case 2:
            style.faint = true;
            break;
        case 3:
            style.italic = true;
            break;
        case 4:
        case 21:
            style.underline = true;
            break;
        case 7:
            style.inverse = true;
            break;
        case 9:
            style.struckOut = true;
            break;
        case 22:
            style.bold = style.faint = false;
            break;
        case 23:
            style.italic = false;
            break;
        case 24:
            style.underline = false;
            break;
        case 27:
            style.inverse = false;
            break;
        case 29:
            style.struckOut = false;
            break;
        case 38:
            if (const auto color = extendedColor(parameters, i))
                style.foreground = *color;
            break;
        case 39:
            style.foreground = {};
            break;
        case 48:
            if (const auto color = extendedColor(parameters, i))
                style.background = *color;
            break;
        case 49:
            style.background = {};
            break;
        default:
            if (value >= 30 && value < 38)
                style.foreground = indexed(value - 30);
            else if (value >= 40 && value < 48)
                style.background = indexed(value - 40);
            else if (value >= 90 && value < 98)
                style.foreground = indexed(value - 90 + 8);
            else if (value >= 100 && value < 108)
                style.background = indexed(value - 100 + 8);
        }
    }
}

} // namespace

EscapeSequence readEscape(QByteArrayView bytes, qsizetype at)
{
    if (at + 1 >= bytes.size())
        return {};
    const char second = bytes[at + 1];
    if (second == '[') {
        auto i = at + 2;
        while (i < bytes.size() && bytes[i] >= 0x20 && bytes[i] < 0x40)
            ++i;
        if (i < bytes.size() && bytes[i] >= 0x40 && bytes[i] < 0x7f)
            return {i + 1 - at, bytes.sliced(at + 2, i - at - 2), bytes[i]};
        return {std::min<qsizetype>(2, bytes.size() - at), {}, 0};
    }
    if (second == ']' || second == 'P' || second == 'X' || second == '^' || second == '_')
        return {stringLength(bytes, at), {}, 0};
    auto i = at + 1; // ESC, intermediates, one final
    while (i < bytes.size() && bytes[i] >= 0x20 && bytes[i] < 0x30)
        ++i;
    const bool whole = i < bytes.size() && bytes[i] >= 0x30 && bytes[i] < 0x7f;
    return {whole ? i + 1 - at : 1, {}, 0};
}

EscapeParameters::EscapeParameters(QByteArrayView text)
{
    int value = -1;
    for (qsizetype i = 0; i <= text.size() && count < int(values.size()); ++i) {
        const char c = i < text.size() ? text[i] : ';';
        if (c >= '0' && c <= '9')
            value = std::min(std::max(value, 0) * 10 + (c - '0'), 100000);
        else if (c == ';' || c == ':') {
            const bool colorSpace = c == ':' && value < 0 && count >= 2 && values[size_t(count - 1)] == 2;
            if (!colorSpace)
                values[size_t(count++)] = value;
            value = -1;
        }
    }
}

bool applyGraphics(TextStyle& style, const EscapeSequence& sequence)
{
    // "CSI > … m" and the like are settings of a terminal, not colours
    if (sequence.final != 'm' || (!sequence.parameters.isEmpty() && sequence.parameters.front() >= '<'))
        return false;
    applyCodes(style, EscapeParameters(sequence.parameters));
    return true;
}

} // namespace switchyard::ui
