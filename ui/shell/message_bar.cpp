#include "ui/shell/message_bar.h"

#include "ui/theme/icons.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace switchyard::ui {

namespace {
constexpr auto lingers = std::chrono::seconds(8);
}

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_text(new QLabel(this)), m_button(new QPushButton(this)), m_close(new QToolButton(this))
{
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setIcon(icon(u"close"_s));
    m_close->setAutoRaise(true);
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setToolTip(tr("Close this message"));
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(40, 6, 8, 6);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    row->addWidget(m_close);
    m_linger.setSingleShot(true);
    connect(&m_linger, &QTimer::timeout, this, &QWidget::hide);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_button, &QPushButton::clicked, this, [this] {
        const auto act = m_act;
        hide();
        if (act)
            act();
    });
    hide();
}

void MessageBar::show(Tone tone, const QString& text, const QString& action, std::function<void()> act)
{
    m_tone = tone;
    m_text->setText(text);
    m_act = std::move(act);
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
    if (!objectName().isEmpty()) {
        m_text->setObjectName(objectName() + u"Text"_s);
        m_button->setObjectName(objectName() + u"Button"_s);
        m_close->setObjectName(objectName() + u"Close"_s);
    }
    if (tone == Tone::Done || tone == Tone::Accent)
        m_linger.start(lingers);
    else
        m_linger.stop();
    QWidget::show();
    update();
    QAccessibleAnnouncementEvent said(this, text);
    QAccessible::updateAccessibility(&said);
}

void MessageBar::showError(const Error& error)
{
    show(Tone::Failed, error.hint.isEmpty() ? error.message : error.message + u'\n' + error.hint);
}

void MessageBar::setClosable(bool closable)
{
    m_close->setVisible(closable);
}

QString MessageBar::text() const
{
    return m_text->text();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    const auto c = colorsFor(palette());
    QPainter painter(this);
    painter.fillRect(rect(), c.fillOf(m_tone));
    painter.fillRect(QRect(0, height() - 1, width(), 1), c.border);
    painter.fillRect(QRect(0, 0, 3, height()), c.of(m_tone));
    const auto name = m_tone == Tone::Done ? u"ok"_s : m_tone == Tone::Accent ? u"info"_s : u"warning"_s;
    painter.drawPixmap(14, height() / 2 - 8, iconPixmap(name, 16, c.of(m_tone), devicePixelRatioF()));
}

} // namespace switchyard::ui
