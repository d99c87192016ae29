#include "ui/theme/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace switchyard::ui {

namespace {

//! The drawings use currentColor; the SVG text is small, so it is coloured before it is rendered.
QByteArray source(const QString& name)
{
    static QHash<QString, QByteArray> read;
    auto found = read.find(name);
    if (found == read.end()) {
        QFile file(u":/icons/%1.svg"_s.arg(name));
        if (!file.open(QIODevice::ReadOnly))
            qWarning("There is no icon “%s”.", qUtf8Printable(name));
        found = read.insert(name, file.isOpen() ? file.readAll() : QByteArray());
    }
    return *found;
}

class ThemedEngine : public QIconEngine
{
public:
    ThemedEngine(QString name, Tone tone) : m_name(std::move(name)), m_tone(tone) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const int size = std::min(rect.width(), rect.height());
        const auto picture = iconPixmap(m_name, size, color(mode), painter->device()->devicePixelRatioF());
        painter->drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2, picture);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        auto picture = iconPixmap(m_name, qRound(std::min(size.width(), size.height()) / scale), color(mode), scale);
        return picture;
    }
    QIconEngine* clone() const override { return new ThemedEngine(m_name, m_tone); }
    QString key() const override { return u"switchyard"_s; }

private:
    QColor color(QIcon::Mode mode) const
    {
        const auto palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled)
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        return m_tone == Tone::Text ? palette.color(QPalette::Active, QPalette::ButtonText)
                                    : colorsFor(palette).of(m_tone);
    }
    const QString m_name;
    const Tone m_tone;
};

} // namespace

QPixmap iconPixmap(const QString& name, int size, const QColor& color, qreal pixelRatio)
{
    const auto key = u"sy/%1/%2/%3/%4"_s.arg(name, color.name(QColor::HexArgb)).arg(size).arg(pixelRatio);
    QPixmap picture;
    if (QPixmapCache::find(key, &picture))
        return picture;
    picture = QPixmap(QSize(size, size) * pixelRatio);
    picture.fill(Qt::transparent);
    auto svg = source(name);
    svg.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    QPainter painter(&picture);
    renderer.render(&painter);
    painter.end();
    picture.setDevicePixelRatio(pixelRatio);
    QPixmapCache::insert(key, picture);
    return picture;
}

QIcon icon(const QString& name, Tone tone)
{
    return source(name).isEmpty() ? QIcon() : QIcon(new ThemedEngine(name, tone));
}

} // namespace switchyard::ui
