#include "ui/theme/colors.h"

#include <cmath>

namespace switchyard::ui {

namespace {

struct Neutrals {
    QRgb window, base, raised, border, text, muted, disabled;
};
constexpr Neutrals lightNeutrals{0xf5f6f8u, 0xffffffu, 0xffffffu, 0xd9dce2u, 0x1b1f24u, 0x59616cu, 0x8b929cu};
constexpr Neutrals darkNeutrals{0x1d2025u, 0x16181cu, 0x272b31u, 0x363b43u, 0xe3e6eau, 0xa0a8b3u, 0x6d7580u};

double channel(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

} // namespace

QColor blend(const QColor& over, const QColor& under, double share)
{
    const auto part = [share](float a, float b) { return float(a * share + b * (1 - share)); };
    return QColor::fromRgbF(part(over.redF(), under.redF()), part(over.greenF(), under.greenF()),
                            part(over.blueF(), under.blueF()));
}

double contrastOf(const QColor& a, const QColor& b)
{
    const double first = luminance(a), second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QColor Colors::of(Tone tone) const
{
    switch (tone) {
    case Tone::Muted:
        return muted;
    case Tone::Accent:
        return accent;
    case Tone::NeedsYou:
        return needsYou;
    case Tone::Failed:
        return failed;
    case Tone::Done:
        return done;
    case Tone::Text:
        break;
    }
    return text;
}

QColor Colors::fillOf(Tone tone) const
{
    switch (tone) {
    case Tone::Accent:
        return accentFill;
    case Tone::NeedsYou:
        return needsYouFill;
    case Tone::Failed:
        return failedFill;
    case Tone::Done:
        return doneFill;
    case Tone::Text:
    case Tone::Muted:
        break;
    }
    return hover;
}

Colors colorsFor(const QPalette& palette)
{
    Colors c;
    c.window = palette.color(QPalette::Active, QPalette::Window);
    c.base = palette.color(QPalette::Active, QPalette::Base);
    c.text = palette.color(QPalette::Active, QPalette::Text);
    c.dark = luminance(c.window) < 0.2;
    c.raised = c.dark ? blend(Qt::white, c.base, 0.07) : c.base;
    c.border = blend(c.text, c.window, c.dark ? 0.14 : 0.13);
    c.muted = blend(c.text, c.base, c.dark ? 0.73 : 0.72);
    c.hover = blend(c.text, c.base, c.dark ? 0.06 : 0.04);
    c.accent = c.dark ? QColor(0x82b1ffu) : QColor(0x2459c4u);
    c.onAccent = c.dark ? QColor(0x0e1420u) : QColor(0xffffffu);
    c.needsYou = c.dark ? QColor(0xf5b94fu) : QColor(0x8a4b00u);
    c.failed = c.dark ? QColor(0xff8a85u) : QColor(0xb3202au);
    c.done = c.dark ? QColor(0x6fcf8fu) : QColor(0x17693au);
    c.accentFill = blend(c.accent, c.base, c.dark ? 0.16 : 0.09);
    c.needsYouFill = c.dark ? blend(c.needsYou, c.base, 0.14) : QColor(0xfff3dau);
    c.failedFill = blend(c.failed, c.base, c.dark ? 0.14 : 0.08);
    c.doneFill = blend(c.done, c.base, c.dark ? 0.14 : 0.09);
    c.selection = blend(c.accent, c.base, c.dark ? 0.24 : 0.13);
    return c;
}

QPalette ourPalette(bool dark)
{
    const auto& n = dark ? darkNeutrals : lightNeutrals;
    const QColor window(n.window), base(n.base), text(n.text), muted(n.muted), border(n.border), disabled(n.disabled);
    const QColor accent(dark ? 0x82b1ffu : 0x2459c4u);
    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, window);
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::PlaceholderText, muted);
    palette.setColor(QPalette::Button, QColor(n.raised));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, dark ? QColor(0xff8a85u) : QColor(0xb3202au));
    palette.setColor(QPalette::ToolTipBase, dark ? QColor(n.raised) : QColor(0x23272eu));
    palette.setColor(QPalette::ToolTipText, dark ? text : QColor(0xf4f5f7u));
    palette.setColor(QPalette::Light, dark ? blend(Qt::white, window, 0.10) : QColor(Qt::white));
    palette.setColor(QPalette::Midlight, dark ? blend(Qt::white, window, 0.06) : blend(border, window, 0.5));
    palette.setColor(QPalette::Mid, border);
    palette.setColor(QPalette::Dark, blend(text, window, 0.25));
    palette.setColor(QPalette::Shadow, dark ? QColor(0x000000u) : QColor(0x9aa1abu));
    palette.setColor(QPalette::Highlight, blend(accent, base, dark ? 0.34 : 0.20));
    palette.setColor(QPalette::HighlightedText, text);
    palette.setColor(QPalette::Accent, accent);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::LinkVisited, accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Base, window);
    return palette;
}

} // namespace switchyard::ui
