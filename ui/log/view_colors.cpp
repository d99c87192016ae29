#include "ui/log/view_colors.h"

#include <array>
#include <cmath>

namespace switchyard::ui {

namespace {

double luminance(const QColor& color)
{
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

// The meanings every theme shares; each is fitted to the background before it is used.
constexpr QRgb red = 0xffd13438, amber = 0xffb7791f, green = 0xff2b8a3e, blue = 0xff3b78c4, yellow = 0xffffd54a;

constexpr std::array<QRgb, 16> ansiLight{0xff1f2328, 0xffb3261e, 0xff22703a, 0xff8a6100, 0xff1f5fbf, 0xff8b3fa8,
                                         0xff0f7285, 0xff6e7781, 0xff57606a, 0xffd1242f, 0xff1a7f37, 0xff9a6700,
                                         0xff0969da, 0xffa045c0, 0xff1b7c83, 0xff8c959f};
constexpr std::array<QRgb, 16> ansiDark{0xff484f58, 0xffff7b72, 0xff5bc66f, 0xffd9a53a, 0xff6cb0ff, 0xffc792ea,
                                        0xff4ec9d6, 0xffc9d1d9, 0xff8b949e, 0xffffa198, 0xff7ee787, 0xfff0c25e,
                                        0xff8ec7ff, 0xffdcb3f5, 0xff7fdfe8, 0xfff0f6fc};

QRgb cube(int index) // the 240 colours of xterm above the first sixteen
{
    if (index >= 232) {
        const int grey = 8 + (index - 232) * 10;
        return qRgb(grey, grey, grey);
    }
    const auto level = [](int step) { return step == 0 ? 0 : 55 + step * 40; };
    index -= 16;
    return qRgb(level(index / 36), level(index / 6 % 6), level(index % 6));
}

} // namespace

double contrast(const QColor& a, const QColor& b)
{
    const double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;
    return la > lb ? la / lb : lb / la;
}

QColor mix(const QColor& under, const QColor& over, double share)
{
    const auto part = [share](float a, float b) { return float(a + (b - a) * share); };
    return QColor::fromRgbF(part(under.redF(), over.redF()), part(under.greenF(), over.greenF()),
                            part(under.blueF(), over.blueF()));
}

QColor readable(QColor color, const QColor& background, double least)
{
    const QColor towards = luminance(background) < 0.18 ? Qt::white : Qt::black;
    const QColor original = color;
    for (int step = 1; contrast(color, background) < least && step <= 20; ++step)
        color = mix(original, towards, step / 20.0);
    return color;
}

ViewColors ViewColors::from(const QPalette& palette)
{
    ViewColors c;
    c.background = palette.color(QPalette::Base);
    c.dark = luminance(c.background) < 0.18;
    c.text = readable(palette.color(QPalette::Text), c.background, 7);
    c.gutter = mix(c.background, c.text, 0.035);
    c.heading = mix(c.background, c.text, c.dark ? 0.09 : 0.055);
    c.dim = readable(mix(c.background, c.text, 0.45), c.heading);
    c.rule = mix(c.background, c.text, 0.13);
    c.accent = readable(palette.color(QPalette::Accent), c.background, 3);
    c.link = readable(palette.color(QPalette::Link), c.background);
    c.selection = palette.color(QPalette::Active, QPalette::Highlight);
    c.selectionText = readable(palette.color(QPalette::Active, QPalette::HighlightedText), c.selection);
    c.inactiveSelection = mix(c.background, c.selection, 0.35);
    c.currentLine = mix(c.background, c.text, 0.06);
    c.hit = mix(c.background, QColor(yellow), c.dark ? 0.38 : 0.45);
    c.currentHit = QColor(yellow);
    c.hitText =
        readable(c.text, c.currentHit, 7).lightness() > 128 ? QColor(Qt::black) : readable(Qt::black, c.currentHit);
    c.error = readable(QColor(red), c.background);
    c.warning = readable(QColor(amber), c.background);
    c.success = readable(QColor(green), c.background);
    c.errorBand = mix(c.background, QColor(red), c.dark ? 0.13 : 0.07);
    c.added = mix(c.background, QColor(green), c.dark ? 0.20 : 0.12);
    c.removed = mix(c.background, QColor(red), c.dark ? 0.20 : 0.11);
    c.addedMark = mix(c.background, QColor(green), c.dark ? 0.46 : 0.34);
    c.removedMark = mix(c.background, QColor(red), c.dark ? 0.46 : 0.30);
    c.addedText = readable(QColor(green), c.added);
    c.removedText = readable(QColor(red), c.removed);
    c.hunk = mix(c.background, QColor(blue), c.dark ? 0.16 : 0.08);
    return c;
}

QColor ViewColors::ansi(const AnsiColor& color, const QColor& missing) const
{
    switch (color.kind) {
    case AnsiColor::Kind::Default:
        return missing;
    case AnsiColor::Kind::Rgb:
        return {color.red, color.green, color.blue};
    case AnsiColor::Kind::Indexed:
        break;
    }
    if (color.red < 16)
        return QColor::fromRgb((dark ? ansiDark : ansiLight)[color.red]);
    return QColor::fromRgb(cube(color.red));
}

QColor ViewColors::ansiText(const AnsiColor& color, const QColor& on) const
{
    return readable(ansi(color, text), on);
}

} // namespace switchyard::ui
