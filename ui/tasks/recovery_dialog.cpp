#include "ui/tasks/recovery_dialog.h"

#include <QDateTime>
#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include <ranges>

namespace switchyard::ui {

RecoveryDialog::RecoveryDialog(const QString& title, QWidget* parent)
    : QDialog(parent), m_about(new QLabel(tr("Looking…"), this)), m_list(new QListWidget(this))
{
    setObjectName(u"recoveryDialog"_s);
    setWindowTitle(tr("Bring files back"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* const heading = new QLabel(tr("Files of “%1” as they were").arg(title), this);
    heading->setTextFormat(Qt::PlainText);
    heading->setWordWrap(true);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    strong.setPixelSize(15);
    heading->setFont(strong);
    m_about->setObjectName(u"recoveryAbout"_s);
    m_about->setTextFormat(Qt::PlainText);
    m_about->setWordWrap(true);
    m_list->setObjectName(u"recoveryList"_s);
    m_list->setAccessibleName(tr("Recovery points"));
    m_list->setWordWrap(true);
    m_list->hide();
    auto* const buttons = new QDialogButtonBox(this);
    m_restore = buttons->addButton(tr("&Bring back"), QDialogButtonBox::AcceptRole);
    m_restore->setObjectName(u"recoveryRestoreButton"_s);
    m_restore->setEnabled(false);
    buttons->addButton(tr("Not now"), QDialogButtonBox::RejectRole)->setObjectName(u"recoveryCancelButton"_s);
    connect(buttons, &QDialogButtonBox::accepted, this, &RecoveryDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QListWidget::itemActivated, this, &RecoveryDialog::accept);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(12);
    column->addWidget(heading);
    column->addWidget(m_about);
    column->addWidget(m_list, 1);
    column->addWidget(buttons);
    setMinimumWidth(460);
}

void RecoveryDialog::setPoints(const QList<client::RecoveryPoint>& points)
{
    m_about->setText(
        points.isEmpty()
            ? tr("Nothing was kept: no command of it had to be confirmed.")
            : tr("Kept before each command that you confirmed. Files that came since go; how they are now is "
                 "kept as a further point, and what git ignores stays as it is."));
    for (const auto& point : std::views::reverse(points)) {
        const auto time = QDateTime::fromMSecsSinceEpoch(toMilliseconds(point.time));
        auto* const item = new QListWidgetItem(QLocale().toString(time, QLocale::ShortFormat) + u"  "_s +
                                                   point.message.section(u'\n', 0, 0).left(300),
                                               m_list);
        item->setData(Qt::UserRole, point.number);
        item->setToolTip(point.message.left(2000).toHtmlEscaped());
    }
    m_list->setVisible(!points.isEmpty());
    m_list->setCurrentRow(0);
    m_restore->setEnabled(!points.isEmpty());
    if (!points.isEmpty())
        m_list->setFocus();
}

void RecoveryDialog::setTrouble(const Error& error)
{
    m_about->setText(describe(error));
}

void RecoveryDialog::accept()
{
    const auto* const item = m_list->currentItem();
    if (!item)
        return;
    Q_EMIT chosen(item->data(Qt::UserRole).toInt());
    QDialog::accept();
}

} // namespace switchyard::ui
